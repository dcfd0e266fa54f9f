"""A judge of plans that knows nothing of the solver: it reads the problem's JSON and the plan's."""

import itertools
import math

NEAR = 1e-6


def find_faults(problem: dict, plan: dict) -> list[str]:
    """Return every rule the plan breaks, and every figure of it that is not so."""
    demands = {demand["id"]: demand for demand in problem["demands"]}
    teams = {team["id"]: team for team in problem["teams"]}
    served = [demand for route in plan["routes"] for demand in route["demands"]]
    faults = [f"{demand} served twice" for demand in set(served) if served.count(demand) > 1]
    left = [each["id"] for each in plan["unserved"]]
    faulty = {
        problem["demands"][q["row"] - 1]["id"]
        for q in plan["quality"]
        if q["code"] == "faulty_demand"
    }
    if sorted(map(str, [*served, *left, *faulty])) != sorted(map(str, demands)):
        faults.append("served, unserved and faulty are not the demands")
    if any(not each["reason"] for each in plan["unserved"]):
        faults.append("no reason given")
    names = [route["team"] for route in plan["routes"]]
    if len(set(names)) < len(names):
        faults.append("a team goes out twice")
    for route in plan["routes"]:
        faults += check_route(
            problem, teams[route["team"]], [demands[d] for d in route["demands"]], route
        )
    total = sum(
        measure(problem, teams[r["team"]], [demands[d] for d in r["demands"]])
        for r in plan["routes"]
    )
    if not math.isclose(total, plan["distance"], rel_tol=1e-12, abs_tol=1e-9):
        faults.append(f"distance {plan['distance']} is {total}")
    return faults


def check_route(problem: dict, team: dict, visits: list[dict], route: dict) -> list[str]:
    faults = [f"{team['id']}: {fault}" for visit in visits for fault in check_match(team, visit)]
    if sum(visit.get("load") or 0 for visit in visits) > limit(team, "capacity") + NEAR:
        faults.append(f"{team['id']}: load above capacity")
    depot = problem["depot"]
    now, place = route["leaves"], home(problem, team)
    if now < max(begin_of(team, depot), floor(depot, "from")) - NEAR:
        faults.append(f"{team['id']}: leaves before its shift")
    for visit, arrival in zip(visits, route["arrivals"], strict=True):
        if arrival < now + travel(problem, place, visit) - NEAR:
            faults.append(f"{visit['id']}: nobody can be there at {arrival}")
        if not floor(visit, "from") - NEAR <= arrival <= limit(visit, "to") + NEAR:
            faults.append(f"{visit['id']}: {arrival} is outside its window")
        now, place = arrival + (visit.get("service") or 0), visit
    back = now + travel(problem, place, home(problem, team))
    if back > min(limit(team, "end"), limit(depot, "to")) + NEAR:
        faults.append(f"{team['id']}: back at {back}, after its shift")
    if back - route["leaves"] > limit(team, "max_duration") + NEAR:
        faults.append(f"{team['id']}: out too long")
    return faults


def check_match(team: dict, visit: dict) -> list[str]:
    faults = []
    if not set(visit.get("skills") or []) <= set(team.get("skills") or []):
        faults.append(f"{visit['id']}: a skill is missing")
    if (team.get("size") or 1) < (visit.get("team_size") or 1):
        faults.append(f"{visit['id']}: too few people")
    if visit.get("teams_allowed") and team["id"] not in visit["teams_allowed"]:
        faults.append(f"{visit['id']}: this team may not go")
    return faults


def measure(problem: dict, team: dict, visits: list[dict]) -> float:
    stops = [home(problem, team), *visits, home(problem, team)]
    return sum(span(problem, a, b) for a, b in itertools.pairwise(stops))


def home(problem: dict, team: dict) -> dict:
    return problem["depot"] if team.get("x") is None else {"x": team["x"], "y": team["y"]}


def span(problem: dict, a: dict, b: dict, name: str = "matrix") -> float:
    if problem.get("metric") == "matrix":
        places = [problem["depot"], *problem["demands"]]
        return problem[name][places.index(a)][places.index(b)]
    return math.hypot(a["x"] - b["x"], a["y"] - b["y"])


def travel(problem: dict, a: dict, b: dict) -> float:
    if problem.get("times"):
        return span(problem, a, b, "times")
    return span(problem, a, b) / problem.get("speed", 1)


def begin_of(team: dict, depot: dict) -> float:
    return team["start"] if team.get("start") is not None else depot.get("from") or 0


def limit(of: dict, name: str) -> float:
    return math.inf if of.get(name) is None else of[name]


def floor(of: dict, name: str) -> float:
    return -math.inf if of.get(name) is None else of[name]
