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
    r"[^\u3400-\u9fff]|在|与|和|对|向|说|表|介|指|强|认|出|会|参|率|访|主|致|宣|透|呼|建|否|坦|希|补|承|提|回|谈|告|代|签|共|分|接|陪|等|将|就"
    r"|及|同|到|称|日|今|近|当|前|则|也|还|已|曾|为|是|感|祝|欢|邀|带|作|发|现|见|考|赴|的|从|应|以|并|抵|随|先|一|两|于|率|亲|受|由|给|把|担|任|解|展|负|领|正|赞|期|高度|高兴|深有|特别|最|用"
)
_BEFORE = re.compile(r"[，。、；：“”（）！？\s]|[与和由向对在及同]|(?:日|月|会|下)(?=[^市])")
_LONGEST_ROLE = 26
_NOT_A_ROLE = ("记者", "通讯员", "编辑")


def find(report: ReportText, hits: list[Hit], bodies: list[Body]) -> Iterable[tuple]:
    """Start and end of the name, the name, the role, start and end of the role."""
    text = report.flat
    done = 0
    for match in _role_pattern().finditer(text):
        if match.end() <= done:
            continue
        name = _name(text, match.end())
        if name is None:
            continue
        start, end = name
        role_start = _role_start(report, match.start(), done, hits, bodies)
        done = end
        if text[max(role_start - 3, 0) : match.end()].endswith(_NOT_A_ROLE):
            continue
        yield (
            start,
            end,
            text[start:end].replace(" ", ""),
            text[role_start : match.end()],
            role_start,
            match.end(),
        )
    yield from _roles_after(report)


@lru_cache(maxsize=1)
def _role_pattern() -> re.Pattern:
    words = sorted(words_of("roles", "zh", "head"), key=len, reverse=True)
    return re.compile("(?:" + "|".join(words) + ")(?:兼(?:" + "|".join(words) + "))?")


@lru_cache(maxsize=1)
def _syllables() -> str:
    return next(iter(words_of("person_names", "zh", "syllables")))


@lru_cache(maxsize=1)
def _dotted() -> re.Pattern:
    each = f"[{_syllables()}]"
    return re.compile(rf"[A-Z]?{each}{{1,8}}(?:[·•・‧∙]{each}{{1,10}})+")


@lru_cache(maxsize=1)
def _alone() -> re.Pattern:
    return re.compile(f"[{_syllables()}]{{2,8}}")


def _name(text: str, start: int) -> tuple[int, int] | None:
    """Where a name starts and ends that begins at `start`, or nothing."""
    if text[start : start + 1] == " ":
        start += 1
    if match := _dotted().match(text, start):
        return start, _trimmed(text, match.start(), match.end())
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
                ):
                    return start, end
    return None


def _ends_at(text: str, end: int) -> bool:
    return end >= len(text) or bool(_AFTER.match(text, end))


def _is_word(text: str, start: int, end: int) -> bool:
    """Whether the characters are common words: "和中方" after a title is nobody."""
    piece = text[start:end]
    return piece[0] in "和" or any(
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


def _trimmed(text: str, start: int, end: int) -> int:
    """The end of a dotted name without a syllable that begins the next verb: 扎丽娜·尤苏波娃|表示."""
    for word in (
        "特别",
        "达成",
        "及其",
        "希望",
        "利用",
        "来到",
        "安排",
        "加入",
        "马上",
        "当天",
        "本人",
        "于",
        "以",
        "因",
        "通过",
        "提出",
        "应邀",
        "应",
        "达",
        "谢",
        "参",
    ):
        at = text.find(word, start, end + len(word))
        if (
            at != -1
            and at > text.find("·", start) + 2
            and at < end
            and (len(word) > 1 or (at == end - 1 and word in "于以因应"))
        ):
            end = at
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
            return min(start, body.start) if not re.search(r"[，。、；]", text[body.start : head]) else start
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
        if role and ("·" in name or (surname and len(name) <= 3)) and not role["role"].endswith(_NOT_A_ROLE):
            yield (
                match.start("name"),
                match.end("name"),
                name,
                role["role"],
                role.start("role"),
                role.end("role"),
            )
