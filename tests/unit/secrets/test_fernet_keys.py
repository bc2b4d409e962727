import base64

import pytest

from adapters.secrets.box import FernetSecretBox, new_key
from application.ports.errors import Rejected, SealedOtherwise
from application.ports.secret_box import SecretText
from domain.accounts import SealedSecret


def a_box(keys: str | None, learned: list[str] | None = None) -> FernetSecretBox:
    told = [] if learned is None else learned
    return FernetSecretBox(keys=SecretText(keys) if keys is not None else None, learn=told.append)


@pytest.mark.parametrize("nothing", [None, "", " , ,"])
def test_without_a_key_the_sentence_says_which_setting_and_how_to_make_one(
    nothing: str | None,
) -> None:
    with pytest.raises(Rejected, match=r"MULTICLOUD_SECRET_KEY.*Fernet.generate_key") as told:
        a_box(nothing).seal(SecretText("x"))
    assert "or start `multicloud up`" in told.value.remedy


def test_a_malformed_key_is_named_by_its_place_and_never_quoted() -> None:
    keys = f"{new_key().reveal()},not-a-key-but-maybe-a-password"
    with pytest.raises(Rejected, match="Key number 2 in MULTICLOUD_SECRET_KEY") as caught:
        a_box(keys).seal(SecretText("x"))
    assert "maybe-a-password" not in f"{caught.value!r}{caught.value.__cause__!r}"
    assert caught.value.__suppress_context__


def test_the_wrong_key_is_told_in_a_sentence_that_says_what_to_do() -> None:
    sealed = a_box(new_key().reveal()).seal(SecretText("x"))
    with pytest.raises(
        Rejected, match="Add the key it was sealed with to MULTICLOUD_SECRET_KEY"
    ) as told:
        a_box(new_key().reveal()).open(sealed)
    assert "`multicloud credentials replace`" in told.value.remedy


@pytest.mark.parametrize("spoilt", [0, 30, 100])
def test_a_secret_that_lost_a_piece_is_damaged_whatever_the_key(spoilt: int) -> None:
    key = new_key().reveal()
    whole = a_box(key).seal(SecretText("x" * 40)).ciphertext
    cut = SealedSecret(whole[:spoilt] + whole[spoilt + 1 :])
    for keys in (key, new_key().reveal()):
        with pytest.raises(Rejected, match="is damaged") as told:
            a_box(keys).open(cut)
        assert not isinstance(told.value, SealedOtherwise)
        assert "`multicloud credentials replace`" in told.value.remedy


def test_a_secret_that_was_cut_short_by_a_block_still_looks_sealed_otherwise() -> None:
    key = new_key().reveal()
    whole = base64.urlsafe_b64decode(a_box(key).seal(SecretText("x" * 40)).ciphertext)
    with pytest.raises(SealedOtherwise):
        a_box(key).open(SealedSecret(base64.urlsafe_b64encode(whole[:-16])))


def test_spaces_around_keys_do_no_harm() -> None:
    old, new = new_key().reveal(), new_key().reveal()
    sealed = a_box(old).seal(SecretText("x"))
    assert a_box(f" {new} , {old}\n").open(sealed) == SecretText("x")


def test_whoever_hides_secrets_learns_each_one_that_is_sealed_or_opened() -> None:
    key = new_key().reveal()
    sealed = a_box(key).seal(SecretText("the secret"))
    learned: list[str] = []
    a_box(key, learned).open(sealed)
    assert learned == [key, "the secret"]
