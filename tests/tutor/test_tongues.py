"""The language of what a model writes, and what is done when it is another."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from techtree.languages import SOURCE, TAUGHT
from techtree.tutor.author import QuestionBrief, SyllabusBrief, WrongLanguageError
from techtree.tutor.model_author import ModelAuthor
from techtree.tutor.tongues import beginning, is_in
from tests.fakes.openai_server import Answer, OpenAIServer
from tests.tutor.conftest import LESSON, SYLLABUS, text_of

SAID = {
    "ar": "لماذا تثبت هذه العقدة؟ لأن الحبل يضغط على نفسه، وكلما زاد الشد زادت قوة الاحتكاك بين أجزائه.",
    "cs": "Proč ten uzel drží? Protože lano tlačí samo na sebe, a čím víc se za něj tahá, tím větší je"
    " tření, které jeho části drží pohromadě.",
    "de": "Warum hält der Knoten? Weil das Seil auf sich selbst drückt, und je mehr man zieht, desto"
    " größer ist die Reibung zwischen seinen Teilen.",
    "el": "Γιατί κρατάει ο κόμπος; Επειδή το σχοινί πιέζει τον εαυτό του, και όσο περισσότερο τραβάμε"
    " τόσο μεγαλύτερη είναι η τριβή.",
    "en": "Why does the knot hold? Because the rope presses on itself, and the more you pull the"
    " greater is the friction between its parts.",
    "es": "¿Por qué aguanta el nudo? Porque la cuerda se aprieta contra sí misma, y cuanto más se tira"
    " de ella, mayor es el rozamiento entre sus partes.",
    "fa": "چرا این گره محکم می‌ماند؟ چون طناب به خودش فشار می‌آورد و هرچه بیشتر بکشیم اصطکاک بیشتر می‌شود.",
    "fi": "Miksi solmu pitää? Koska köysi painaa itseään vasten, ja mitä enemmän siitä vetää, sitä"
    " suurempi on kitka, joka pitää sen osat yhdessä.",
    "fr": "Pourquoi le nœud tient-il ? Parce que la corde appuie sur elle-même, et plus on tire, plus"
    " le frottement entre ses parties est grand.",
    "he": "מדוע הקשר מחזיק? כי החבל לוחץ על עצמו, וככל שמושכים יותר כך גדל החיכוך בין חלקיו.",
    "hi": "गाँठ क्यों टिकती है? क्योंकि रस्सी अपने ऊपर दबाव डालती है, और जितना खींचो उतना घर्षण बढ़ता है।",
    "hu": "Miért tart a csomó? Mert a kötél önmagára nyomódik, és minél jobban húzzuk, annál nagyobb az"
    " a súrlódás, ami a részeit összetartja.",
    "id": "Mengapa simpul itu kuat? Karena tali menekan dirinya sendiri, dan makin kuat kita menarik"
    " makin besar gesekan yang ada di antara bagian-bagiannya.",
    "it": "Perché il nodo tiene? Perché la corda preme su se stessa, e più la si tira, più grande è"
    " l'attrito che c'è tra le sue parti.",
    "ja": "なぜこの結び目はほどけないのでしょうか。ロープが自分自身を押さえ、引くほど摩擦が大きくなるからです。",
    "ko": "왜 이 매듭은 풀리지 않을까요? 밧줄이 스스로를 누르고, 당길수록 마찰이 커지기 때문입니다. 그래서 매듭은 단단합니다.",
    "nl": "Waarom houdt de knoop? Omdat het touw op zichzelf drukt, en hoe meer je trekt, hoe groter de"
    " wrijving is die de delen bij elkaar houdt.",
    "pl": "Dlaczego węzeł trzyma? Bo lina naciska na siebie, a im mocniej się ją ciągnie, tym większe"
    " jest tarcie między jej częściami.",
    "pt": "Por que o nó segura? Porque a corda aperta a si mesma, e quanto mais se puxa, maior é o"
    " atrito entre as suas partes.",
    "ro": "De ce ține nodul? Pentru că frânghia apasă pe ea însăși și cu cât se trage mai tare, cu atât"
    " este mai mare frecarea dintre părțile ei.",
    "ru": "Почему узел держится? Потому что верёвка давит сама на себя, и чем сильнее тянуть, тем больше"
    " трение между её частями.",
    "sv": "Varför håller knopen? För att repet trycker på sig självt, och ju mer man drar, desto större"
    " är friktionen mellan dess delar.",
    "th": "ทำไมปมเชือกนี้จึงไม่หลุด เพราะเชือกกดทับตัวเอง และยิ่งดึงมากเท่าไร แรงเสียดทานก็ยิ่งมากขึ้น",
    "tr": "Düğüm neden tutar? Çünkü ip kendi üzerine bastırır ve ne kadar çok çekilirse parçaları"
    " arasındaki sürtünme o kadar büyük olur.",
    "uk": "Чому вузол тримається? Бо мотузка тисне сама на себе, і що сильніше тягнути, то більше тертя"
    " між її частинами.",
    "vi": "Vì sao nút thắt này giữ chặt? Vì sợi dây ép vào chính nó, và càng kéo mạnh thì ma sát giữa"
    " các phần của dây càng lớn.",
    "zh": "这个绳结为什么不会松开？因为绳子压住了自己，拉得越紧，各部分之间的摩擦力就越大，所以它能承受重量而不滑脱。",
}


@pytest.mark.parametrize("language", TAUGHT)
def test_a_text_is_known_by_its_language(language: str) -> None:
    assert is_in(SAID[language], language)
    for other in TAUGHT:
        if other not in (language, SOURCE) and not _is_alike(language, other):
            assert not is_in(SAID[language], other), f"{language} was taken for {other}"


def _is_alike(one: str, other: str) -> bool:
    """Written in the same script: what is asked for is told apart from English, not from these."""
    latin = {code for code, said in SAID.items() if "a" in said} - {SOURCE}
    return any({one, other} <= alike for alike in (latin, {"ar", "fa"}, {"ru", "uk"}))


@pytest.mark.parametrize(
    "text",
    ["", "$x^2$", "```py\nprint('Why does it hold when the rope is pulled')\n```", "Hm?"],
)
def test_what_is_too_little_to_tell_is_let_through(text: str) -> None:
    assert is_in(text, "ja")
    assert is_in(text, "de")


def test_formulas_and_code_in_a_text_do_not_count() -> None:
    formula = r"$$\text{for all of the vectors in the space that we have seen}$$"
    assert is_in(f"{SAID['ja']} {formula} `print(the_rope)` {formula}", "ja")


async def test_an_english_text_is_not_waited_for() -> None:
    read: list[str] = []

    async def pieces() -> AsyncIterator[str]:
        for word in SAID["en"].split():
            read.append(word)
            yield word

    assert await beginning(pieces(), "en") == ""
    assert read == []
    assert len(await beginning(pieces(), "de")) < 200


async def test_a_lesson_in_the_wrong_language_is_asked_for_again(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    german = f"{SAID['de']} {SAID['de']}\n"
    server.answer(Answer(text=SAID["en"] * 2), Answer(text=german))
    assert await text_of(author.write_lesson(replace(LESSON, language="de"))) == german
    first, second = (request.body["messages"] for request in server.requests)
    assert "In German" in first[0]["content"]
    assert "was not in German" not in first[1]["content"]
    assert "was not in German" in second[1]["content"]


async def test_a_model_that_does_not_know_the_language_is_said_so(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    server.answer(Answer(text=SAID["en"] * 2), Answer(text=SAID["en"] * 2))
    with pytest.raises(WrongLanguageError, match="Deutsch") as caught:
        await text_of(author.write_lesson(replace(LESSON, language="de")))
    assert caught.value.retry is True


async def test_a_syllabus_in_the_wrong_language_is_sent_back(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    brief = SyllabusBrief(SYLLABUS.topic, SYLLABUS.level, language="ja")
    with pytest.raises(Exception, match="usable"):
        async for _ in author.draft_syllabus(brief):
            pass
    assert any("It is not in Japanese" in str(request.body) for request in server.requests[1:])


async def test_a_question_is_asked_for_in_the_language_of_its_lesson(
    author: ModelAuthor, server: OpenAIServer
) -> None:
    brief = QuestionBrief(
        replace(LESSON, language="ja"), "", (("bowline", "Bowline"),), ("true-false",)
    )
    with pytest.raises(Exception, match="No good question"):
        await author.write_question(brief)
    assert "in Japanese" in str(server.requests[0].body["messages"])
    assert any("It is not in Japanese" in str(request.body) for request in server.requests[1:])
