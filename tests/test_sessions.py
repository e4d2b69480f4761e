"""Where a learner is signed in: each browser by itself."""

import pytest

from techtree.accounts import Learner
from techtree.sessions import Session, browser


async def test_ending_one_session_leaves_the_others(ada: Learner) -> None:
    laptop, phone = await Session.begin(ada, ""), await Session.begin(ada, "")
    await Session.end(laptop.id, ada)
    assert await Session.learner_of(laptop.id) is None
    assert (await Session.learner_of(phone.id)) == ada


async def test_nobody_ends_the_session_of_another(ada: Learner, eve: Learner) -> None:
    session = await Session.begin(ada, "")
    await Session.end(session.id, eve)
    assert await Session.learner_of(session.id) is not None


async def test_all_sessions_but_one_can_be_ended(ada: Learner, eve: Learner) -> None:
    mine = [await Session.begin(ada, "") for _ in range(3)]
    hers = await Session.begin(eve, "")
    await Session.end_all(ada, but=mine[1].id)
    every = {each.id for each in (*mine, hers)}
    assert await Session.holding(every) == {mine[1].id, hers.id}


async def test_a_disabled_account_has_no_session(ada: Learner) -> None:
    session = await Session.begin(ada, "")
    await Learner.raw("UPDATE piccolo_user SET active = false")
    assert await Session.learner_of(session.id) is None
    assert await Session.holding({session.id}) == set()
    assert await Learner.sign_in("ada@example.org", "a good long password") is None


async def test_a_session_ends_by_itself_when_nobody_comes(ada: Learner) -> None:
    session = await Session.begin(ada, "")
    await Session.raw("UPDATE session SET seen_at = now() - interval '89 days'")
    assert await Session.learner_of(session.id) is not None, "a visit"
    await Session.raw("UPDATE session SET seen_at = seen_at - interval '89 days'")
    assert await Session.learner_of(session.id) is not None, "counted from the last visit"
    await Session.raw("UPDATE session SET seen_at = seen_at - interval '91 days'")
    assert await Session.learner_of(session.id) is None


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
            " Chrome/141.0 Safari/537.36 Edg/141.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
            " (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        ("curl/8", "A browser"),
        ("<script>", "A browser"),
    ],
)
def test_a_browser_is_named_as_its_owner_would(user_agent: str, words: str) -> None:
    assert browser(user_agent) == words
