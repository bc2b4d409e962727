import pytest

from adapters.fakes.secret_box import FakeSecretBox
from tests.contract.secret_box_contract import MakeBox, SecretBoxContract


class TestFakeSecretBox(SecretBoxContract):
    @pytest.fixture
    def make_box(self) -> MakeBox:
        return FakeSecretBox

    @pytest.fixture
    def new_key(self) -> str:
        return "new"

    @pytest.fixture
    def old_key(self) -> str:
        return "old"
