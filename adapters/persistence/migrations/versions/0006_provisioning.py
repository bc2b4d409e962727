"""What Terraform does: runs, their steps and lines, sealed states, and what those say exists."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

_OWNER = "fk_resources_credential_id_user_id_credentials"


def upgrade() -> None:
    _extend_resources()
    _create_runs()
    _create_steps()
    _create_logs()
    _create_states()
    _create_managed_objects()
    _create_installation()


def downgrade() -> None:
    """Take it all back, the name of this installation included; the next upgrade gives another."""
    for table in (
        "installation",
        "managed_objects",
        "terraform_states",
        "terraform_logs",
        "terraform_steps",
        "terraform_runs",
    ):
        op.drop_table(table)
    op.drop_index("uq_resources_one_of_a_name")
    op.drop_constraint(op.f("uq_resources_id_user_id"), "resources")
    _own_resources(ondelete="CASCADE")
    op.drop_column("resources", "sub_account_id")
    op.drop_column("resources", "sensitive_outputs")


def _extend_resources() -> None:
    op.add_column("resources", sa.Column("sensitive_outputs", sa.LargeBinary(), nullable=True))
    op.add_column("resources", sa.Column("sub_account_id", sa.Text(), nullable=True))
    _own_resources(ondelete="RESTRICT")
    op.create_unique_constraint(op.f("uq_resources_id_user_id"), "resources", ["id", "user_id"])
    op.create_index(
        "uq_resources_one_of_a_name",
        "resources",
        ["credential_id", "kind", "name"],
        unique=True,
        postgresql_where=sa.text("status <> 'destroyed'"),
    )


def _own_resources(*, ondelete: str) -> None:
    op.drop_constraint(op.f(_OWNER), "resources")
    op.create_foreign_key(
        op.f(_OWNER),
        "resources",
        "credentials",
        ["credential_id", "user_id"],
        ["id", "user_id"],
        ondelete=ondelete,
    )


def _create_runs() -> None:
    op.create_table(
        "terraform_runs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("history", postgresql.JSONB(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("leaks", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(
            "action IN ('provision', 'destroy')", name=op.f("ck_terraform_runs_action")
        ),
        sa.CheckConstraint(
            "status IN ('queued', 'planning', 'planned', 'applying', 'applied', 'errored',"
            " 'canceled')",
            name=op.f("ck_terraform_runs_status"),
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["resources.id"],
            name=op.f("fk_terraform_runs_resource_id_resources"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terraform_runs")),
    )
    _index_runs()


def _index_runs() -> None:
    op.create_index(
        op.f("ix_terraform_runs_resource_id_id"), "terraform_runs", ["resource_id", "id"]
    )
    op.create_index(
        op.f("ix_terraform_runs_ended_at"),
        "terraform_runs",
        ["ended_at"],
        postgresql_where=sa.text("ended_at IS NOT NULL"),
    )
    op.create_index(
        "uq_terraform_runs_one_active",
        "terraform_runs",
        ["resource_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('queued', 'planning', 'planned', 'applying')"),
    )


def _create_steps() -> None:
    op.create_table(
        "terraform_steps",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("exit_code", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "command IN ('init', 'plan', 'apply')", name=op.f("ck_terraform_steps_command")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["terraform_runs.id"],
            name=op.f("fk_terraform_steps_run_id_terraform_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "number", name=op.f("pk_terraform_steps")),
    )


def _create_logs() -> None:
    op.create_table(
        "terraform_logs",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=True),
        sa.Column("cloud_id", sa.Text(), nullable=True),
        *_words_of_a_line(),
        sa.ForeignKeyConstraint(
            ["run_id", "step"],
            ["terraform_steps.run_id", "terraform_steps.number"],
            name=op.f("fk_terraform_logs_run_id_step_terraform_steps"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "step", "offset", name=op.f("pk_terraform_logs")),
    )


def _words_of_a_line() -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(
            "level IN ('trace', 'debug', 'info', 'warn', 'error')",
            name=op.f("ck_terraform_logs_level"),
        ),
        sa.CheckConstraint(
            "type IN ('planned_change', 'resource_drift', 'change_summary', 'apply_start',"
            " 'apply_progress', 'apply_complete', 'apply_errored', 'diagnostic', 'other', 'raw')",
            name=op.f("ck_terraform_logs_type"),
        ),
        sa.CheckConstraint(
            "action IN ('noop', 'create', 'read', 'update', 'replace', 'delete', 'move',"
            " 'import', 'remove', 'other')",
            name=op.f("ck_terraform_logs_action"),
        ),
    ]


def _create_states() -> None:
    op.create_table(
        "terraform_states",
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("lineage", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("lock_file", sa.Text(), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["resources.id"],
            name=op.f("fk_terraform_states_resource_id_resources"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("resource_id", "serial", name=op.f("pk_terraform_states")),
    )


def _create_managed_objects() -> None:
    op.create_table(
        "managed_objects",
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("cloud_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["resource_id", "user_id"],
            ["resources.id", "resources.user_id"],
            name=op.f("fk_managed_objects_resource_id_user_id_resources"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("resource_id", "address", name=op.f("pk_managed_objects")),
    )
    op.create_index(
        op.f("ix_managed_objects_user_id_kind_external_id"),
        "managed_objects",
        ["user_id", "kind", "external_id"],
    )


def _create_installation() -> None:
    op.create_table(
        "installation",
        sa.Column("single", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("single", name=op.f("ck_installation_single")),
        sa.PrimaryKeyConstraint("single", name=op.f("pk_installation")),
    )
    op.execute("INSERT INTO installation (single, id) VALUES (true, gen_random_uuid())")
