"""Who attacked whom, read from the words; nothing is assumed."""

import functools
import re
from dataclasses import replace

from app.domain.document import Span
from app.domain.findings import Ref
from app.domain.vocabulary import EntityKind
from app.extract.attacks.actors import ACTS, OCCUPIED, Actor, actor_words, names, some_party
from app.extract.attacks.defenders import defender_in
from app.extract.attacks.objects import MANNED, SHOT_AT, airmen_in
from app.extract.attacks.origins import SENT_FROM, is_origin
from app.extract.context import Context
from app.extract.gazetteer import fold, gazetteer
from app.extract.starts import Starts

_NO_FILLER = (
    r"(?!(?i:with|of|on|in|at|by|from|to|as|that|which|over|was|were|is|has|had|have|said|says|reports?|reported|claims?|claimed|for|but|caught|made|make|an?|the|fired|launched|used|hit|struck|"
    r"down(?:s|ed|ing)?|sho(?:o)?ts?|shooting|destroy(?:s|ed|ing)?|intercept(?:s|ed|ing)?|repel(?:s|led)?|confirm(?:s|ed)?|stops?|stopped|foil(?:s|ed)?|thwart(?:s|ed)?|after|against|during|amid|and it|warns?|warned|condemns?|condemned|accus\w+|scrambles?|closes?|reports|gets|needs|wants|seeks|hails|slams|faces|sees|orders|unveils|tests|shows|buys|receives|delivers|urges|backs|plans)\b)"
)
_ARMS = r"(?i:(?:drones?|missiles?|UAVs?|unmanned aerial vehicles?|rockets?|airstrikes?|air strikes?|strikes?|attacks?|shelling|bombardment|barrage|assault|raid|bombs?|warplanes?|aircraft|shells?|salvo|jets|(?:unmanned|uncrewed|surface) (?:[\w-]+ )?(?:vessels?|boats?|vehicles?))(?! (?:corvettes?|boats?|ships?|cruisers?|carriers?|systems?|launchers?|depots?|arsenals?|factor(?:y|ies)|plants?|stockpiles?|hunters?|hunting|units?|brigades?|defen[cs]es?|command|operators?|pilots?|crews?|positions?|production|workshops?)\b))"
_FORCES = r"(?:(?:[Aa]rmed |[Ss]pecial |[Nn]aval |[Aa]ir )?[Ff]orces|[Tt]roops|[Aa]rmy|[Mm]ilitary|occupiers|occupants|invaders|aggressors|militants|fighters|rebels|terrorists|regime|side|navy|fleet|artillery|soldiers|bombers|commandos|gunners|pilots|planes|paramilitaries|air force|(?:armed|military) wing)"
_PARTICIPLE = r"(?!(?i:(?!armed|shahed|guided|combined|manned|unmanned|unprecedented|coordinated|renewed|repeated|massed|sustained|jet-powered|modified|upgraded)\w+ed\b))"
_FILLER = rf"(?:(?!\d){_NO_FILLER}{_PARTICIPLE}[\w/-]+ ){{0,4}}?"
#: "shelling of Russia's Belgorod region": whose land is shelled, not who shells
_OF_OBJECT = r"\w+['’]s (?:[a-z-]+ ){0,2}(?:(?!Armed|Security|Main|Unmanned|Special|Defen|Air|General|Nav|National|[A-Z]{2})[A-Z]|regions?\b|territor|border|cit|capital|power|energy|infrastructure|ports?\b|oil|railway)"
_SAYS = r"(?! (?i:say|said|stat(?:es|ed)\b|report|claim|announc|confirm|wrote|writes|spokes|intelligence|command\b|administration|has said|had said|officials?|governor|leader|believes?|denie|accus|blam|condemn|warn|estimat|assess|monitor|told\b|has told|had told|did not|has not|have not|had not|shot down|intercept|successfully|downed))"
_BODY = r"(?:Defen[cs]e Ministry|General Staff|Security Service|[Mm]ilitary intelligence|[Dd]efen[cs]e [Ff]orces|[Mm]ilitary|[Aa]rmy|[Nn]avy|SBU|HUR|GUR|Main (?:Intelligence )?Directorate(?: of Intelligence)?|[Ss]pecial [Oo]perations [Ff]orces|Unmanned Systems Forces)(?: \([A-Z]+\))?"
_OF = r"(?:(?:[\w-]+ )?(?:[Ff]orces|[Ss]ervices|units|[Mm]ilitary|[Aa]rmy|[Nn]avy|troops|drones|missiles|side) of (?:the )?)?"
_WAVES = r"(?:(?:(?!(?:in|with|by|after|under|over|amid|during)\b)[\w-]+ ){0,2}(?:waves?|rounds?|series|spate|barrages?|salvos?|volleys?|campaign|string) of )?"
_OWNS_UP = r"(?:(?:confirmed|said|says|claimed|announced|reported|confirms|claims) (?:that )?(?:hitting|striking|attacking|carrying out|destroying|(?:to have |it|its (?:[\w-]+ ){1,3}) ?(?:had |has |have )?(?:struck|hits?|hit|attacked|carried out|destroyed|sunk|blown up|targeted))|claimed responsibility|claims responsibility|took responsibility)"


Ranked = tuple[tuple[int, re.Pattern[str]], ...]


@functools.cache
def _patterns() -> Ranked:
    """(rank, pattern), the most telling first: by whom it was launched, whose weapon it is, who acts."""
    return (*_whose_weapon(), *_who_acts(), *_by_whom())


#: "six American HIMARS rockets": whose make, not whose attack
_MADE_BY = r"(?!(?:American|U\.S\.|US|British|French|German|Swedish|Norwegian|Western) (?:[\w-]+ )?(?:HIMARS|ATACMS|GMLRS|Patriot|Storm Shadow|SCALP|Taurus|Javelin|GLSDB|Excalibur|M777|Harpoon|Neptune|Stinger|NASAMS))"


def _actor() -> str:
    return rf"(?=[A-Z])(?<![\w-]){_MADE_BY}{actor_words()}(?:-(?:led|U\.S\.|US|UK|British|American|French|Israeli)(?![\w-]))?(?![\w]|-\w+| (?:make|design|origin|production)|(?<=Iranian) Shahed)(?:['’]s?)?"


def _ranked(rank: int, *forms: str) -> Ranked:
    return tuple((rank, re.compile(form)) for form in forms)


def _whose_weapon() -> Ranked:
    """ "launched by Russia", "fired from Iran", "Russian drones"."""
    actor = _actor()
    held = rf"(?<![\w-]){actor_words()}-(?:controlled|held|run)\b"
    return _ranked(
        0,
        rf"\b(?:fired|launched|sent|released|deployed) (?:\w+ )?by (?:the )?{_OF}(?:[\w-]+ ){{0,2}}?{actor}",
        rf"\b(?:fired|launched|sent|released|flying|flew|came|crossing|crossed) from (?:the |inside )?(?:[\w-]+ ){{0,1}}?{actor}",
        rf"\b(?:fired|launched|sent|flying|flew|came) from (?:an? |the )?(?:[\w-]+ ){{0,1}}?{held}",
        rf"\b{_ARMS}(?: \w+){{0,4}}? (?:used|directed|dropped) by (?:the )?{actor}",
        rf"{actor} (?:[A-Z][a-z]{{2,8}}\.? \d{{1,2}} )?{_WAVES}{_FILLER}{_ARMS}\b",
        rf"\b{_ARMS}(?: \([A-Z][\w]+\))? of (?:the )?(?!{_OF_OBJECT}){actor}(?! (?:Air|air|defen|Defen))",
    )


def _who_acts() -> Ranked:
    """ "Russia struck", "Ukraine said it had hit", "Russian forces", "sources in the SBU said its drones"."""
    actor = _actor()
    free = rf"(?=[A-Z])(?<!\bin )(?<!\bfrom )(?<!\bover )(?<!\bnear )(?<!\bacross )(?<!\bagainst )(?<!\bon )(?<!\bat )(?<!\binto )(?<!\bto )(?<!\bto the )(?<!\bin the ){actor}"
    return _ranked(
        1,
        rf"{free} (?:{_FILLER}{_FORCES} )?{ACTS}\b",
        rf"{free}(?:\)| {_FORCES})? (?:says|said|had said|has said|claims|claimed|acknowledged|admitted|confirmed|announced|reported|insisted) (?:that )?(?:it|its {_FILLER}(?:{_FORCES}|{_ARMS})|its [A-Z][\w-]+(?: [\w-]+){{0,2}}) [“\"]?(?:had |has |have )?{ACTS}\b",
        rf"{free} (?:{_FILLER}(?:{_FORCES}|group|movement) )?(?:claims?|claimed|says?|said) to have {ACTS}\b",
        rf"{free} {_FILLER}{_FORCES}\b{_SAYS}",
        rf"{actor} {_BODY} (?:also )?{_OWNS_UP}",
        rf"\bsources? (?:in|within|from|at) (?:the )?{actor}(?: [\w-]+){{0,3}}? (?:said|told [\w ]+?|says) (?:that )?"
        rf"(?:(?:the agency['’]s|the service['’]s|its|their) (?:[\w-]+ ){{0,2}}?{_ARMS}|the (?:aim|target|goal) (?:[\w ]+ )?was)",
    )


def _by_whom() -> Ranked:
    """ "a strike by Russian forces", "blamed Ukraine", "was the work of the SBU"."""
    actor = _actor()
    acts = r"(?:fired|launched|sent|carried out|conducted|mounted|deployed|released|attacks?|strikes?|struck|hit|raid|barrage|shelling|shelled|assault|bombed|attacked|bombardment|attempts?)"
    return _ranked(
        2,
        rf"\b{acts}(?: [\w-]+){{0,5}}? by (?:the )?{_OF}(?:[\w-]+ ){{0,2}}?{actor}",
        rf"{actor} (?:[\w-]+ )?operation\b(?! (?:against|in) )[^.;]{{0,60}}?\b(?:used|struck|hit|targeted|involved)\b",
        rf"\b(?:attacks?|attempt|strikes?|raid|assault) of (?:the )?{actor}(?: regime)?\b",
        rf"\bby (?:the )?{actor} (?:tank |artillery |sniper |naval |mortar |drone |air )?(?:fire|gunfire|shellfire|snipers?|soldiers|troops|forces)\b",
        rf"{actor} (?:was|is|were|had been) (?:responsible|to blame|behind (?:it|the|this))\b",
        rf"{actor} (?:tank |artillery |sniper |naval |mortar )?(?:fire|gunfire) (?:killed|wounded|injured|hit|struck)\b",
        rf"\bcondemn(?:ed|s|ing) (?:the )?{actor} (?:for|over)\b",
        rf"\b(?:blam(?:ed|es|ing)|accus(?:ed|es|ing)) (?:it |the attack |the \w+ )?(?:on )?(?:the )?(?:\w+ )?{actor}(?! of (?:not|lying|using civil))",
        rf"{actor}(?: regime)?(?:['’]s)? (?:\w+ ){{0,2}}attempts?\b",
        rf"\b(?:operation|attack|strike|raid|sabotage) (?:was|is|had been) (?:the work of |that of )?(?:the )?{actor}(?:,|\.|;| work|$)",
        rf"\b{_ARMS} (?:that |which |from )?{actor} (?:had )?(?:launched|fired|sent|released|used)",
    )


@functools.cache
def _starts() -> Starts:
    return Starts(*(pattern for _, pattern in _patterns()))


@functools.lru_cache(maxsize=64)
def _ranked_matches(text: str) -> tuple[tuple[int, re.Match[str]], ...]:
    """(rank, match) of every pattern, in their order; a sentence is asked for its attacker, then for all of them."""
    return tuple((_patterns()[number][0], match) for number, match in _starts().each(text))


_SHIELD = re.compile(
    r"air defen[cs]es?|air force|defen[cs]e ministry|defen[cs]e forces|defenders|military administration"
)


#: a sentence without one of these names no attacker; most of a page is such
_HINT = re.compile(
    r"drone|missile|uav|unmanned|shot|down|rocket|strik|struck|attack|shell|bomb|barrage|assault|raid|plane|aircraft|salvo|jets|hit|fire|launch|sent|releas|unleash|pound|"
    r"target|us(?:ed|ing)|deploy|carri|direct|drop|aim|destroy|sank|sunk|sink|blew|blam|accus|attempt|operation|confirm|claim|"
    r"forces|troops|army|military|occupiers|occupants|invaders|aggressors|militants|fighters|rebels|terrorists|regime|side|navy|fleet|artillery|soldiers|bombers|commandos|gunners|pilots|paramilitar",
    re.IGNORECASE,
)


def attacker_in(text: str, offset: int) -> Actor | None:
    """The first party that the sentence has launching, firing or striking."""
    found = _attacker_of(text)
    return found and replace(found, span=found.span.shift(offset))


@functools.lru_cache(maxsize=64)
def _attacker_of(text: str) -> Actor | None:
    if not some_party(text):
        return None
    matches, airmen = _ranked_matches(text), airmen_in(text)
    if not (matches or airmen) or not _HINT.search(text):
        return None
    if airmen:
        return airmen[0]
    found: list[tuple[int, int, Actor]] = []
    defender = defender_in(text)
    for rank, match in matches:
        shield = _SHIELD.search(match.group()) and not re.search(rf"\b{ACTS}\b", match.group())
        name = None if shield else names().get(fold(match["actor"]))
        if (
            name
            and (name != defender or (rank == 0 and not MANNED.search(match.group())))
            and not _is_object(text, match, rank)
        ):
            at = Span(match.start("actor"), match.end("actor"))
            found.append((rank + 5 * _is_reason(text, match), match.start("actor"), Actor(name, at)))
    return min(found, key=lambda f: f[:2])[2] if found else None


_REASON = re.compile(
    r"\b(?:over|response to|retaliation for|reply to|answer to|revenge for|after|following|despite|amid) (?:(?:the|an?|its|recent|deadly|reported|earlier|latest|new|alleged) )*$",
    re.IGNORECASE,
)


def _is_reason(text: str, match: re.Match[str]) -> bool:
    """ "Hamas fired rockets over Israel's strikes in Gaza": what it answers is no more than a reason."""
    return bool(_REASON.search(text[max(0, match.start() - 60) : match.start()]))


#: "Kyiv targeted in 'largest' drone attack", "Odesa hit by missiles"
_PASSIVE_HEADLINE = re.compile(r"\b(?:targeted|hit|struck|attacked|shelled|bombed|pounded)$")
_BY_WHAT = re.compile(
    r" (?:again |overnight )?(?:by |in (?:an? |the |its )?(?:[‘’'“\"]?[\w-]+[’'”\"]? ){0,3}?(?:attack|strike|raid|barrage|assault|bombardment)s?\b)",
    re.IGNORECASE,
)


#: "conducted strikes against two Houthi missiles": weapons that are struck before they fly
_ON_WEAPONS = re.compile(
    r"\b(?:(?:strikes?|attacks?|raids?) (?:against|on|targeting)|(?<!by )(?:struck|targeted|targeting|bombed)) (?:(?!by\b|with\b)[\w-]+ ){0,3}$"
)


def _is_object(text: str, match: re.Match[str], rank: int) -> bool:
    """ "struck Ukrainian army training centres": forces that were hit are no attackers."""
    before, after = text[max(0, match.start() - 40) : match.start()], text[match.end() : match.end() + 20]
    if MANNED.search(match.group()) and SHOT_AT.match(text, match.end()):
        return True  # manned aircraft that were shot down, or that shot things down: their owner was attacked
    if rank == 1 and re.match(
        r"(?: [\w-]+){0,3}? (?:was|were|have been|had been|been) (?:also )?(?:killed|wounded|injured|hurt)\b",
        text[match.end() :],
    ):
        return True  # "three American soldiers were killed"
    if rank == 1 and re.match(
        r" (?:killed|wounded|injured)(?: (?:in|by|after|near|when|during)\b|$)", text[match.end() :]
    ):
        return True  # "33 Turkish soldiers killed in Idlib"
    if rank == 2 and re.search(
        r"\b(?:will|would|could|might|may)\b[^.;,]{0,45}$", before + match.group().partition(" by ")[0]
    ):
        return True  # "expect will be a renewed assault by Russia"
    if rank == 1 and _PASSIVE_HEADLINE.search(match.group()) and _BY_WHAT.match(text[match.end() :]):
        return True
    if rank == 0 and _ON_WEAPONS.search(text[max(0, match.start() - 70) : match.start()]):
        return True
    if rank != 1 or re.search(rf"\b{ACTS}$", match.group()):
        return False
    return bool(
        re.match(
            r" (?:training|positions?|bases?|depots?|units?|posts?|equipment|personnel|vehicles|targets?|infrastructure)\b",
            after,
        )
        or re.search(
            r"\b(?:struck|hit|hits|targeted|attacks?|attacked|strikes? on|destroyed|against|kill(?:ed|ing)|at|on) (?:the |two |several )?(?:[\w-]+ )?$",
            before,
        )
    )


def attackers_in(text: str) -> set[str]:
    """Every party that the sentence has attacking ("Ukrainian attacks on … and Russian shelling of …")."""
    ranked = [m for rank, m in _ranked_matches(text) if rank < 2]
    found = {n for m in ranked if not _SHIELD.search(m.group()) and (n := names().get(fold(m["actor"])))}
    return found - {defender_in(text)} if len(found) > 1 else found


def _opens_line(text: str, span: Span) -> bool:
    line = text[: span.start].rpartition("\n")[2]
    return bool(re.fullmatch(r"\s*(?:[A-Z][A-Z ]+/)?", line)) and bool(
        re.match(r"(?:/[A-Z][A-Z ]+)?\s*(?:\(|–|—|>>|- |, [A-Z][a-z]{2,8}\.? \d)", text[span.end : span.end + 30])
    )


_SPEAKING = re.compile(
    r"(?:['’]s)? (?:[\w-]+ ){0,2}?(?:officials?|authorities|media|intelligence|security services?|sources?|television|ministry|President|president|ambassador|embassy|government|(?:was|is|were) (?:responsible|to blame|behind))\b"
)


_BORDER = re.compile(
    r"(?:['’]s)? (?:\w+ )?(?:borders?|frontier)\b(?! (?:region|town|village|city|district|guard|post|crossing))"
)
_MET = re.compile(
    r"\b(?:talks|meeting|summit|speech|speaking|visit|trip|conference|interview|briefing|ceremony|sat down) (?:with [\w ]+ )?(?:in|to|at) (?:the )?$"
)
_NEXT_TO = re.compile(
    r"\b(?:bord(?:er|ers|ering)(?: with)?|next to|adjacent to|(?:near|close|closer|closest) to|neighbou?ring|miles from|km from|kilomet(?:er|re)s from) (?:the )?$"
)


def countries_of(ctx: Context, span: Span) -> list[tuple[str, Span]]:
    """Countries of the places named in a sentence (a strike on Sumy is one on Ukraine), in order."""
    found = []
    for mention, entity in ctx.index.within(span):
        if entity.place and entity.place.iso_3166_2 in OCCUPIED:
            continue  # by law of one, held by the other: names no side
        if entity.kind is EntityKind.PLACE and entity.place and entity.place.country_code and not mention.metonym:
            whole = ctx.index.at(mention.at.span)
            if _opens_line(ctx.text, mention.at.span):
                continue  # a dateline: where the reporter sits
            lead = ctx.text[span.start : mention.at.span.start]
            if SENT_FROM.search(lead) and is_origin(ctx, mention.at.span, start=span.start):
                continue  # "launched from Astrakhan region"
            if _BORDER.match(ctx.text, mention.at.span.end) or _NEXT_TO.search(lead) or _MET.search(lead):
                continue  # "near the Israeli border", "which borders Ukraine"
            if re.search(
                r"\boff (?:the coast of )?$", ctx.text[max(0, mention.at.span.start - 20) : mention.at.span.start]
            ):
                continue  # a ship off a coast is not the coast's
            if re.search(
                r"\b(?:by|condemn(?:ed|s|ing)|blam(?:ed|es|ing)|accus(?:ed|es|ing)|urg(?:ed|es|ing)) (?:the )?$", lead
            ):
                continue  # "used widely by Russia", "condemned Russia": who does it is not struck
            attached = ctx.text[mention.at.span.end : mention.at.span.end + 2]
            if re.match(r"-[A-Za-z]", attached) or ctx.text[: mention.at.span.start].endswith("-"):
                continue  # "a U.S.-owned plant", "the Russia-Ukraine war"
            if _SPEAKING.match(ctx.text, mention.at.span.end):
                continue  # "U.S. officials said Israel had struck": who speaks is not struck
            if whole is not None and whole[1].kind is not EntityKind.PLACE:
                continue  # "Ukraine" inside "Armed Forces of Ukraine"
            country = gazetteer().by_iso.get(entity.place.country_code)
            if country:
                found.append((country.name, mention.at.span))
    return found


def ref(ctx: Context, actor: Actor | None) -> Ref | None:
    """Actor -> reference to its entity on this page, where there is one."""
    if actor is None:
        return None
    entity = next((e for e in ctx.index.entities if e.name == actor.name), None)
    return Ref(entity.key if entity else None, actor.name, ctx.cut(actor.span.start, actor.span.end))
