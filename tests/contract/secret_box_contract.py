"""What every secret box promises."""

from collections.abc import Callable
from typing import TypeAlias

import pytest

from application.ports.errors import Rejected, SealedOtherwise
from application.ports.secret_box import SecretBox, SecretText
from domain.accounts import SealedSecret

MakeBox: TypeAlias = Callable[..., SecretBox]
"""Makes a box with the given keys, newest first."""

SECRET = SecretText('{"secret_access_key": "wJalrXUtnFEMI/K7MDENG", "note": "zwölf \\u0000"}')


class SecretBoxContract:
    """Subclasses bring `make_box`, `old_key` and `new_key`."""

    def test_what_was_sealed_can_be_opened(self, make_box: MakeBox, new_key: str) -> None:
        box = make_box(new_key)
        assert box.open(box.seal(SECRET)) == SECRET

    def test_the_empty_secret_is_a_secret_too(self, make_box: MakeBox, new_key: str) -> None:
        box = make_box(new_key)
        assert box.open(box.seal(SecretText(""))) == SecretText("")

    def test_a_later_process_with_the_same_key_opens_it(
        self, make_box: MakeBox, new_key: str
    ) -> None:
        assert make_box(new_key).open(make_box(new_key).seal(SECRET)) == SECRET

    def test_nothing_of_the_secret_shows_through_the_seal(
        self, make_box: MakeBox, new_key: str
    ) -> None:
        assert b"wJalrXUtnFEMI" not in make_box(new_key).seal(SECRET).ciphertext

    def test_sealing_twice_gives_two_different_ciphertexts(
        self, make_box: MakeBox, new_key: str
    ) -> None:
        box = make_box(new_key)
        assert box.seal(SECRET) != box.seal(SECRET)

    def test_an_older_key_still_opens_what_it_sealed(
        self, make_box: MakeBox, new_key: str, old_key: str
    ) -> None:
        sealed = make_box(old_key).seal(SECRET)
        assert make_box(new_key, old_key).open(sealed) == SECRET

    def test_new_secrets_are_sealed_with_the_newest_key(
        self, make_box: MakeBox, new_key: str, old_key: str
    ) -> None:
        sealed = make_box(new_key, old_key).seal(SECRET)
        assert make_box(new_key).open(sealed) == SECRET

    def test_after_resealing_the_older_key_can_be_retired(
        self, make_box: MakeBox, new_key: str, old_key: str
    ) -> None:
        resealed = make_box(new_key, old_key).reseal(make_box(old_key).seal(SECRET))
        assert make_box(new_key).open(resealed) == SECRET
        with pytest.raises(Rejected):
            make_box(old_key).open(resealed)

    def test_a_wrong_key_opens_nothing(self, make_box: MakeBox, new_key: str, old_key: str) -> None:
        sealed = make_box(old_key).seal(SECRET)
        with pytest.raises(SealedOtherwise):
            make_box(new_key).open(sealed)
        with pytest.raises(SealedOtherwise):
            make_box(new_key).reseal(sealed)

    @pytest.mark.parametrize("garbage", [b"", b"nothing that was ever sealed", b"\xff\x00"])
    def test_what_was_never_sealed_cannot_be_opened(
        self, make_box: MakeBox, new_key: str, garbage: bytes
    ) -> None:
        with pytest.raises(Rejected) as told:
            make_box(new_key).open(SealedSecret(garbage))
        assert not isinstance(told.value, SealedOtherwise)

    def test_a_box_without_a_key_can_be_made_but_not_used(
        self, make_box: MakeBox, new_key: str
    ) -> None:
        keyless, sealed = make_box(), make_box(new_key).seal(SECRET)
        with pytest.raises(Rejected):
            keyless.seal(SECRET)
        with pytest.raises(Rejected):
            keyless.open(sealed)
        with pytest.raises(Rejected):
            keyless.reseal(sealed)
