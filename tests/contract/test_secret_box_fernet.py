import pytest

from adapters.secrets.box import FernetSecretBox, new_key
from adapters.secrets.redaction import Redactor
from application.ports.secret_box import SecretText
from tests.contract.secret_box_contract import MakeBox, SecretBoxContract


class TestFernetSecretBox(SecretBoxContract):
    @pytest.fixture
    def make_box(self) -> MakeBox:
        def make(*keys: str) -> FernetSecretBox:
            return FernetSecretBox(keys=SecretText(",".join(keys)), learn=Redactor().learn)

        return make

    @pytest.fixture
    def new_key(self) -> str:
        return new_key().reveal()

    @pytest.fixture
    def old_key(self) -> str:
        return new_key().reveal()
