"""Health, vocabulary and the landing page."""

import functools
from importlib import resources
from typing import Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from app.api.deps import READ, RuntimeDep, cache, no_unknown_parameters
from app.api.openapi import errors
from app.api.problems import problem_classes, problem_type
from app.domain import vocabulary as words
from app.extract.attacks.lexicon import models
from app.services import health

router = APIRouter(tags=["service"])


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = Field(examples=["ok"])


class Readiness(BaseModel):
    """Whether requests can be served, part by part."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "status": "ok",
                "checks": {"database": "ok", "migrations": "ok", "disk": "ok", "queue": "ok"},
            }
        }
    )

    status: Literal["ok", "unavailable"]
    checks: dict[str, str]


class SubjectWord(BaseModel):
    name: words.Subject
    parent: words.Subject | None = Field(description="`weapon=` this one finds the subject as well.")


class ProblemWord(BaseModel):
    type: str
    title: str
    status: int


class Vocabulary(BaseModel):
    """Every closed list that answers use."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "kinds": {"quote": ["direct", "mixed", "indirect"]},
                "metrics": ["launched", "downed"],
                "subjects": [{"name": "cruise_missile", "parent": "missile"}],
                "models": [{"name": "Kh-101", "subject": "cruise_missile"}],
                "flags": ["rival_claims"],
                "null_reasons": ["not_named"],
                "lists": {"part_of_day": ["night", "early"]},
                "problems": [{"type": "urn:sitrep:problem:not-found", "title": "Not found", "status": 404}],
            }
        }
    )

    kinds: dict[str, list[str]] = Field(
        description="Kinds of entities, quotes, attack reports, jobs, sources, changes."
    )
    metrics: list[words.Metric]
    subjects: list[SubjectWord]
    models: list[dict[str, str]] = Field(description="Weapon models that have a name of their own, with their subject.")
    flags: list[words.FlagCode]
    null_reasons: list[words.NullReason]
    lists: dict[str, list[str]] = Field(description="Every other closed list.")
    problems: list[ProblemWord]


@router.get(
    "/healthz",
    operation_id="getHealth",
    summary="Is the process alive?",
    response_model=Health,
    responses=errors(),
    dependencies=[Depends(no_unknown_parameters)],
)
async def get_health(response: Response) -> Health:
    """Answers as soon as the server runs, whatever the state of the database. For liveness probes."""
    response.headers["Cache-Control"] = "no-store"
    return Health(status="ok")


@router.get(
    "/readyz",
    operation_id="getReadiness",
    summary="Can requests be served?",
    response_model=Readiness,
    responses=errors() | {503: {"model": Readiness, "description": "A part is not ready; `checks` says which."}},
    dependencies=[Depends(no_unknown_parameters)],
)
def get_readiness(request: Request, response: Response, runtime: RuntimeDep) -> Readiness:
    """Checks the database, its migrations, the disk and the queue. For readiness probes."""
    checks = health.checks(runtime)
    if request.app.state.stopping:
        checks["server"] = "shutting down"
    ready = all(state == "ok" for state in checks.values())
    response.status_code = 200 if ready else 503
    response.headers["Cache-Control"] = "no-store"
    return Readiness(status="ok" if ready else "unavailable", checks=checks)


@router.get(
    "/v1/vocabulary",
    operation_id="getVocabulary",
    summary="The words that answers use",
    response_model=Vocabulary,
    responses=errors(401, 403),
    dependencies=[*READ, Depends(cache(3600))],
)
async def getvocabulary() -> dict[str, Any]:
    """Kinds, metrics, subjects with their hierarchy, flags, reasons for nulls, and the types of problems."""
    return vocabulary()


@functools.cache
def vocabulary() -> dict[str, Any]:
    kinds = {
        "entity": words.EntityKind,
        "quote": words.QuoteKind,
        "attack_report": words.AttackKind,
        "job": words.JobKind,
        "source": words.SourceKind,
        "change": words.ChangeKind,
    }
    lists = {
        "place_level": words.PlaceLevel,
        "place_role": words.PlaceRole,
        "date_precision": words.DatePrecision,
        "part_of_day": words.PartOfDay,
        "qualifier": words.Qualifier,
        "unresolved": words.UnresolvedReason,
        "job_state": words.JobState,
        "delivery_state": words.DeliveryState,
        "scope": words.Scope,
        "change_resource": words.ResourceKind,
        "correction_state": words.CorrectionState,
    }
    return {
        "kinds": {name: list(kind) for name, kind in kinds.items()},
        "metrics": list(words.Metric),
        "subjects": [{"name": one, "parent": words.SUBJECT_PARENT.get(one)} for one in words.Subject],
        "models": models(),
        "flags": list(words.FlagCode),
        "null_reasons": list(words.NullReason),
        "lists": {name: list(kind) for name, kind in lists.items()},
        "problems": sorted(_problems(), key=lambda problem: (problem["status"], problem["type"])),
    }


def _problems() -> list[dict[str, Any]]:
    return [{"type": problem_type(kind.slug), "title": kind.title, "status": kind.status} for kind in problem_classes()]


@router.get("/", include_in_schema=False, dependencies=[Depends(no_unknown_parameters)])
async def landing() -> HTMLResponse:
    """A small page that points to the documentation and the resources."""
    page = resources.files("app.web").joinpath("landing.html").read_text("utf-8")
    return HTMLResponse(page, headers={"Cache-Control": "no-cache"})
