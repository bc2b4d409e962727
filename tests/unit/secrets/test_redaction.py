import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.secrets.redaction import MOST_LEARNED, SHAPES, SHORTEST_LEARNED, Redactor, Shape

PEM = (
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\nEFAASCBKcwggSjAgEAAoIB\n"
    "-----END PRIVATE KEY-----\n"
)

PIECES = st.sampled_from(
    [
        *("secret", "password", "passwd", "token", "access_key", "apikey", "api_key", "signature"),
        *("Bearer ", "basic\n", "BA\u017fIC ", "to\u212aen", "\u017fignature", "ap\u0131_key"),
        *(
            "S\u0130GNATURE",
            "AKIA",
            "ASIA",
            "redis://",
            "@",
            ":",
            "=",
            ' = "',
            "_id",
            "-----BEGIN ",
        ),
        *("PRIVATE KEY-----", "-----END ", "abcdef12", "ABCDEF123456", "\u00e9", " ", "\n", ","),
    ]
)
"""Of what secrets look like, with the letters that a pattern takes for others."""


@given(text=st.lists(PIECES | st.text(max_size=3), max_size=9).map("".join))
def test_to_look_for_words_first_hides_just_what_the_patterns_hide(text: str) -> None:
    hidden = text
    for shape in SHAPES:
        hidden = shape.pattern.sub(shape.shown, hidden)

    assert Redactor().redact(text) == hidden


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.words[-1].strip("-: "))
@given(data=st.data())
def test_no_shape_is_without_one_of_its_words(shape: Shape, data: st.DataObject) -> None:
    ascii_letters = st.characters(max_codepoint=127)

    looks_so = data.draw(st.from_regex(shape.pattern, alphabet=ascii_letters))

    assert any(word in looks_so.lower() for word in shape.words)


@given(secret=st.text(min_size=SHORTEST_LEARNED), before=st.text(), after=st.text())
def test_a_learned_secret_shows_in_no_text(secret: str, before: str, after: str) -> None:
    redactor = Redactor()
    redactor.learn(secret)
    shown = redactor.redact(f"{before}{secret}{after}")
    assert secret not in shown or secret in "****" * 3


def test_the_secret_fields_of_a_document_are_learned_and_the_public_ones_stay() -> None:
    redactor = Redactor()
    redactor.learn(
        json.dumps(
            {
                "access_key_id": "canary-key-id",
                "secret_access_key": "canary/secret+value",
                "regions": ["eu-central-1"],
                "service_account_info": {"private_key": PEM, "project_id": "project-one"},
            }
        )
    )
    text = "canary-key-id canary/secret+value MIIEvQIBADANBgkqhkiG9w0BAQ eu-central-1 project-one"
    assert redactor.redact(text) == "**** **** **** eu-central-1 project-one"


def test_a_secret_is_hidden_as_it_looks_inside_json_too() -> None:
    redactor = Redactor()
    redactor.learn('quote"and\\slash')
    assert "quote" not in redactor.redact(json.dumps({"echo": 'quote"and\\slash'}))


def test_short_values_are_not_learned_because_words_would_vanish() -> None:
    redactor = Redactor()
    redactor.learn("the")
    assert redactor.redact("the weather") == "the weather"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("key AKIAIOSFODNN7EXAMPLE denied", "key **** denied"),
        ("postgresql://app:hunter2@db:5432/x", "postgresql://app:****@db:5432/x"),
        ("redis://:hunter2@cache/0", "redis://:****@cache/0"),
        ("Authorization: Bearer abc.def-ghi_jkl", "Authorization: Bearer ****"),
        ("password=correcthorse;", "password=****;"),
        ('{"client_secret": "abc123def"}', '{"client_secret": "****"}'),
        (f"before {PEM} after", "before **** \n after".replace(" \n", "\n")),
        ("postgresql://db:5432/x and a@b.example", "postgresql://db:5432/x and a@b.example"),
    ],
)
def test_what_looks_like_a_secret_is_hidden_unlearned(text: str, shown: str) -> None:
    assert Redactor().redact(text) == shown


def test_a_worker_that_lives_long_remembers_only_the_latest_secrets() -> None:
    redactor = Redactor()
    for number in range(MOST_LEARNED + 1):
        redactor.learn(f"secret number {number}")
    assert redactor.redact(f"secret number {MOST_LEARNED}") == "****"
    assert redactor.redact("secret number 0") == "secret number 0"


def test_the_secrets_of_the_service_itself_are_never_forgotten() -> None:
    redactor = Redactor()
    redactor.learn("the key of everything", keep=True)
    for number in range(MOST_LEARNED + 1):
        redactor.learn(f"secret number {number}")
    assert redactor.redact("the key of everything") == "****"
