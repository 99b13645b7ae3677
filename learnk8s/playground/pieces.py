"""The pieces that the page of a sandbox is made of, each with its template and what it is drawn from."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.html import escape

from learnk8s.playground.changing import TOLD, Map, Piece, Sent, changes
from learnk8s.playground.listening import told

STILL = ("fix",)
"""Tabs that are worked out when they are asked for, not with every look."""

PICTURE = ("waiting", "pager", "disk", "tokens", "score")
"""Pieces that lie in the picture, beside those with a home in it."""


def pieces_of(context: dict[str, Any], *, asks_again: bool = False) -> list[Piece]:
    """Return the pieces of the page as it should be now; `asks_again` has the inspector drawn whatever its tab."""
    scene = context["scene"]

    def drawn(template: str, part: str = "", **more: Any) -> Any:
        return lambda: render_to_string(f"playground/{template}.html{part}", {**context, **more})

    def heard(before: Any) -> tuple[str, Any]:
        text, known = told(context, before)
        return escape(text), known

    pieces: list[Piece] = [Piece(TOLD, None, str, since=heard)]
    if scene.get("is_drawn_as_boxes"):
        pieces.append(Piece("pager", scene.get("pages"), drawn("_pager")))
        pieces.extend(Piece(host["id"], host, drawn("_host", host=host), "outerMorph", "hosts") for host in scene["hosts"])
        pieces.append(Piece("disk", scene["disk"], drawn("_disk")))
        pieces.append(Piece("tokens", scene["tokens"], drawn("_tokens")))
        pieces.extend(Piece(box["id"], box, drawn("_box", box=box), "outerMorph", "boxes") for box in scene["cards"])
        pieces.append(Piece("score", [scene["score"], scene["score_zero"]], drawn("_score")))
        if scene.get("prompt"):
            pieces.append(Piece("prompt", scene["prompt"], lambda: escape(scene["prompt"]), "innerHTML"))
    else:
        pieces.append(Piece("parts", context["parts"], drawn("_parts")))
        pieces.extend(Piece(f"service-{service['namespace']}-{service['name']}", service, drawn("_service", service=service), "outerMorph", "services") for service in scene["services"])
        pieces.extend(Piece(node["id"], node, drawn("_node", node=node), "outerMorph", "machines") for node in scene["nodes"])
        pieces.append(Piece("waiting", [scene["unplaced"], scene["unplaced_more"], scene["ghosts"]], drawn("_waiting")))
        pieces.append(Piece("owners", scene["owners"], drawn("_owners", owners=scene["owners"])))
        pieces.append(Piece("empty", scene["is_empty"], drawn("_empty")))
        pieces.append(Piece("twin-services", scene["services"], drawn("_twin", "#services")))
    pieces.append(Piece("twin-words", _in_words(scene), drawn("_twin", "#words")))
    pieces.append(Piece("log", [[link["at_ms"], link["text"]] for link in scene["log"][:12]], drawn("_log"), "outerMorph"))
    if not context.get("is_challenge"):
        pieces.append(Piece("recent", [[link["at_ms"], link["text"]] for link in scene["log"][:3]], drawn("_recent")))
    pieces.append(Piece("history", [context["sandbox"].head, len(context["history"])], drawn("_history")))
    pieces.append(Piece("marks", [[mark["at_ms"], mark["sort"]] for mark in context["marks"]], drawn("_marks"), "outerMorph"))
    if context["goal"]:
        pieces.append(Piece("goal", context["goal"], drawn("_goal")))
    if asks_again or (context.get("ref") and context["tab"] not in STILL):
        pieces.append(Piece("inspector", [context["ref"], context["tab"], context["path"] if context.get("inspected") else "", context.get("inspected"), context["clock"]["paused"]], drawn("_inspector")))
    return pieces


def _in_words(scene: dict[str, Any]) -> list[Any]:
    """Return what the text twin is made from; of many pods it only says how many there are."""
    nodes = scene.get("nodes") if not scene.get("dense") else [[node["id"], node["word"], len(node["pods"]), node["system_pods"], node["taints"]] for node in scene["nodes"]]
    return [scene.get("boxes"), nodes, scene.get("unplaced"), scene.get("unplaced_more"), scene.get("owners")]


def everything(context: dict[str, Any], pieces: list[Piece]) -> tuple[list[Sent], Map]:
    """Return what to send to a browser of which it is not known what it shows."""
    home = "_boxes" if context["scene"].get("is_drawn_as_boxes") else "_picture"
    parts = [piece for piece in pieces if not piece.home and piece.id not in PICTURE]
    sent, now, _left = changes(None, parts)
    return [Sent("picture", "innerMorph", render_to_string(f"playground/{home}.html", context)), *sent], {piece.id: now[piece.id] if piece.id in now else piece.mark() for piece in pieces}


def whole_page(context: dict[str, Any]) -> Map:
    """Return what a browser shows that was given the whole page."""
    return {piece.id: piece.mark() for piece in pieces_of(context)}
