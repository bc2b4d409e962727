from application.subject import SubjectThreads, about, piece_of_work, subject


def test_work_is_about_nothing_until_somebody_says_so() -> None:
    assert dict(subject()) == {}


def test_what_is_said_outside_of_any_piece_of_work_is_not_heard() -> None:
    about(run_id=3)
    assert dict(subject()) == {}


def test_what_is_said_in_a_piece_of_work_adds_up_and_ends_with_it() -> None:
    with piece_of_work(task_id="t"):
        about(user_id=7)
        with piece_of_work():
            about(run_id=3)
            assert dict(subject()) == {"task_id": "t", "user_id": 7, "run_id": 3}
        assert dict(subject()) == {"task_id": "t", "user_id": 7}
    assert dict(subject()) == {}


def test_threads_know_what_the_work_that_was_handed_to_them_is_about() -> None:
    with SubjectThreads(2) as threads:
        with piece_of_work(credential_id=1):
            first = threads.submit(lambda: dict(subject()))
            every = list(threads.map(lambda _: dict(subject()), range(3)))
        after = threads.submit(lambda: dict(subject()))
    assert first.result() == {"credential_id": 1}
    assert every == [{"credential_id": 1}] * 3
    assert after.result() == {}


def test_what_one_call_says_in_a_thread_is_not_heard_by_the_next_one() -> None:
    def say(number: int) -> dict[str, int | str]:
        about(run_id=number)
        return dict(subject())

    with SubjectThreads(1) as threads, piece_of_work(task_id="t"):
        assert list(threads.map(say, [1])) == [{"task_id": "t", "run_id": 1}]
        assert threads.submit(lambda: dict(subject())).result() == {"task_id": "t"}
        assert dict(subject()) == {"task_id": "t"}
