"""Persons in Chinese texts: a surname and given name, or syllables with a middle dot, after a role."""

import re
from collections.abc import Iterable
from functools import lru_cache

from .bodies import Body
from .dictionary import Hit
from .report_text import HAN, ReportText
from .vocabulary import words_of

# What may follow a name: it ends before a verb, not at a blank.
_AFTER = re.compile(
    r"[^\u3400-\u9fff]|在|与|和|对|向|说|表|介|指|强|认|出|会|参|率|访|主|致|宣|透|呼|建|否|坦|希|补|承|提|回|谈|告|代|签|共|分|接|陪|等|将|就|后|时"
    r"|及|同|到|称|日|今|近|当|前|则|也|还|已|曾|为|是|感|祝|欢|邀|带|作|发|现|见|考|赴|的|从|应|以|并|抵|随|先|一|两|于|率|亲|受|由|给|把|担|任|解|展|负|领|正|赞|期|高度|高兴|深有|特别|最|用"
)
_BEFORE = re.compile(r"[，。、；：“”（）！？,.;:()\s]|[与和由向对在及同]|(?:日|月|会|下)(?=[^市])")
# The second character of a given name is none of these: 马俊|说.
_NEVER_LAST = frozenset("说把称在与和对向将为并也就则被给让是于从后时")
_LATIN = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+){1,2}(?![a-z])")
# Verbs and other words whose first characters are syllables of names as well.
_VERBS = re.compile(
    "特别|达成|及其|希望|利用|来到|安排|加入|马上|当天|本人|通过|提出|提议|应邀|尤其|分别|参加|参观|参与|于|以|因"
)
_LONGEST_ROLE = 26
_NOT_A_ROLE = re.compile("(?:记者|通讯员|(?<!总)编辑)\\Z")


def find(report: ReportText, hits: list[Hit], bodies: list[Body]) -> Iterable[tuple]:
    """Start and end of the name, the name, the role, start and end of the role."""
    text = report.flat
    done = 0
    for match in _role_pattern().finditer(text):
        if match.end() <= done:
            continue
        name = _name(text, match.end())
        if name is None:
            yield from _name_before(report, match, bodies)
            continue
        start, end = name
        role_start = _role_start(report, match.start(), done, hits, bodies)
        done = end
        if _NOT_A_ROLE.search(text[max(role_start - 3, 0) : match.end()]):
            continue
        yield (
            start,
            end,
            text[start:end].replace(" ", ""),
            text[role_start : match.end()],
            role_start,
            match.end(),
        )
        yield from _second_name(text, match, end, role_start)
    yield from _after_body(report, bodies)
    yield from _roles_after(report)


def _name_before(report: ReportText, role: re.Match, bodies: list[Body]) -> Iterable[tuple]:
    """A name between an organisation and its title: 中国人民对外友好协会林小禾会长."""
    for length in (3, 2):
        start = role.start() - length
        name = report.flat[max(start, 0) : role.start()]
        body = next((body for body in bodies if body.end == start), None)
        if (
            body
            and name[0] in words_of("person_names", "zh", "surname")
            and not _is_word(report.flat, start, role.start())
        ):
            yield start, role.start(), name, body.name + role.group(), body.start, role.end()
            return


def _second_name(text: str, role: re.Match, end: int, role_start: int) -> Iterable[tuple]:
    """The second of two with one title: 两市市长安德烈·拉普申和王小禾."""
    if text[end : end + 1] in ("和", "与", "、") and re.search("两|双方|二", text[role_start : role.start()]):
        second = _name(text, end + 1)
        if second:
            yield *second, text[slice(*second)], text[role_start : role.end()], role_start, role.end()


def _after_body(report: ReportText, bodies: list[Body]) -> Iterable[tuple]:
    """A person named after an organisation and 的: 圣彼得堡欧洲大学的伊戈尔·拉普申."""
    for body in bodies:
        if report.flat[body.end : body.end + 1] == "的" and (
            match := _dotted().match(report.flat, body.end + 1)
        ):
            end = _end_of_dotted(report.flat, match.start(), match.end())
            yield match.start(), end, report.flat[match.start() : end], body.name, body.start, body.end


@lru_cache(maxsize=1)
def _role_pattern() -> re.Pattern:
    words = sorted(words_of("roles", "zh", "head"), key=len, reverse=True)
    return re.compile("(?:" + "|".join(words) + ")(?:兼(?:" + "|".join(words) + "))?")


@lru_cache(maxsize=1)
def _syllables() -> str:
    return next(iter(words_of("person_names", "zh", "syllables")))


@lru_cache(maxsize=1)
def _dotted() -> re.Pattern:
    """Before the last dot nearly anything Chinese is part of the name; after it, what syllables begin."""
    part = f"(?![与和及对在向、])[{HAN}]"
    return re.compile(
        rf"(?:[A-Z]\.? ?)?(?:{part}){{1,9}}(?:[·•・‧∙](?:{part}){{1,8}}){{0,3}}[·•・‧∙][{_syllables()}][{HAN}]{{0,9}}"
    )


def _name(text: str, start: int) -> tuple[int, int] | None:
    """Where a name starts and ends that begins at `start`, or nothing."""
    if text[start : start + 1] == " ":
        start += 1
    match = _dotted().match(text, start)
    if match and not _role_pattern().search(match.group().partition("·")[0]):
        return start, _end_of_dotted(text, match.start(), match.end())
    if match := _LATIN.match(text, start):
        return match.span()
    surnames = words_of("person_names", "zh", "surname")
    for length in (2, 1):
        surname = text[start : start + length]
        if len(surname) == length and surname in surnames:
            # Three characters are likelier than two; the next must begin another word.
            for given in (2, 1):
                end = start + length + given
                piece = text[start + length : end]
                if (
                    re.fullmatch(f"[{HAN}]+", piece)
                    and len(piece) == given
                    and _ends_at(text, end)
                    and not _is_word(text, start, end)
                    and not (given == 2 and text[end - 1] in _NEVER_LAST)
                ):
                    return start, end
    return None


def _ends_at(text: str, end: int) -> bool:
    return end >= len(text) or (text[end] != "·" and bool(_AFTER.match(text, end)))


def _is_word(text: str, start: int, end: int) -> bool:
    """Whether the characters are common words: "和中方" after a title is nobody."""
    piece = text[start:end]
    return (
        piece[0] in "和"
        or re.search("周[一二三四五六日末]|[区县镇乡村路街省州]", piece)
        or any(
            each in piece
            for each in (
                "表示",
                "介绍",
                "会见",
                "方面",
                "代表",
                "时间",
                "成员",
                "应邀",
                "共同",
                "项目",
                "安全",
                "华人",
                "国家",
                "国际",
                "以及",
                "任务",
            )
        )
    )


def _end_of_dotted(text: str, start: int, limit: int) -> int:
    """Where a dotted name ends: after its syllables, or before what may follow a name: 扎丽娜·尤苏波娃|表示."""
    syllables, end = _syllables(), max(text.rfind(dot, start, limit) for dot in "·•・‧∙") + 1
    first = end
    while end < limit:
        if end > first + 1 and (
            _VERBS.match(text, end) or (text[end] not in syllables and _ends_at(text, end))
        ):
            break
        # A syllable that is not known stands between others.
        if text[end] not in syllables and not (
            end > first and end + 1 < limit and text[end + 1] in syllables
        ):
            break
        end += 1
    return end


def _role_start(report: ReportText, head: int, earliest: int, hits: list[Hit], bodies: list[Body]) -> int:
    """Where the role begins: at the body or place before the title, within the clause."""
    text = report.flat
    limit = max(earliest, head - _LONGEST_ROLE)
    start = limit
    for match in _BEFORE.finditer(text, limit, head):
        start = match.end()
    for body in bodies:
        if limit <= body.start < head <= body.end + 8 and body.end <= head + 1:
            return (
                min(start, body.start) if not re.search(r"[，。、；,;]", text[body.start : head]) else start
            )
    inside = [
        hit.start
        for hit in hits
        if start <= hit.start < head and (hit.of_kind("city") or hit.of_kind("country"))
    ]
    return min(inside, default=start)


def _roles_after(report: ReportText) -> Iterable[tuple]:
    """ "赵文斌（天津市副市长）" and "赵文斌，天津市副市长，"."""
    roles = "|".join(sorted(words_of("roles", "zh", "head"), key=len, reverse=True))
    pattern = re.compile(rf"(?P<role>[{HAN}·]{{0,20}}(?:{roles}))[）)，。]")
    for match in re.finditer(rf"(?P<name>[{HAN}]{{2,4}}|{_dotted().pattern})[（(]", report.flat):
        role = pattern.match(report.flat, match.end())
        name = match["name"]
        surname = name[:2] in words_of("person_names", "zh", "surname") or name[0] in words_of(
            "person_names", "zh", "surname"
        )
        if role and ("·" in name or (surname and len(name) <= 3)) and not _NOT_A_ROLE.search(role["role"]):
            yield (
                match.start("name"),
                match.end("name"),
                name,
                role["role"],
                role.start("role"),
                role.end("role"),
            )
