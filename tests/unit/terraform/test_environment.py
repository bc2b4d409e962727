from pathlib import Path

from adapters.terraform.environment import cli_config_text, terraform_environment


def environment(
    *,
    worker: dict[str, str] | None = None,
    credential: dict[str, str] | None = None,
    extra: dict[str, str] | None = None,
) -> dict[str, str]:
    return terraform_environment(
        home=Path("/w/home"),
        cli_config=Path("/w/cli.tfrc"),
        temporary=Path("/tmp"),
        worker=worker or {},
        credential=credential or {},
        extra=extra or {},
    )


def test_nothing_of_the_workers_environment_gets_in_but_the_way_out_and_whom_to_trust() -> None:
    worker = {
        "https_proxy": "http://proxy:3128",
        "SSL_CERT_DIR": "/certificates",
        "TF_CLI_ARGS_apply": "-destroy",
        "TF_VAR_name": "x",
        "TF_LOG": "TRACE",
        "TF_REATTACH_PROVIDERS": "{}",
        "AWS_PROFILE": "other",
        "LD_PRELOAD": "/x.so",
        "DATABASE_URL": "postgresql://user:password@host/name",
    }
    passed_on = {"https_proxy": "http://proxy:3128", "SSL_CERT_DIR": "/certificates"}
    assert environment(worker=worker) == environment() | passed_on


def test_a_credential_beats_the_worker_and_not_what_terraform_is_told() -> None:
    credential = {"SSL_CERT_FILE": "/theirs", "HOME": "/root", "TF_INPUT": "1", "PATH": "/evil"}
    made = environment(worker={"SSL_CERT_FILE": "/ours"}, credential=credential)
    assert made == environment() | {"SSL_CERT_FILE": "/theirs"}


def test_what_is_given_on_purpose_comes_last() -> None:
    assert environment(extra={"TF_INPUT": "1"})["TF_INPUT"] == "1"


def test_providers_come_from_the_mirror_alone_if_there_is_one() -> None:
    assert 'filesystem_mirror {\n    path = "/mir\\"ror"' in cli_config_text(Path('/mir"ror'))
    assert "direct" not in cli_config_text(Path("/mirror"))
    assert "direct {}" in cli_config_text(None)
