// Half of what decides on being right is the question's template, and features fire by template; beyond that, nothing.
import { clustersOf } from "../../lib/statistics/clusters";
import { Draw } from "./draw";
import type { Simulation } from "./simulation";
import { survivorsOf } from "./survivors";
import { byTemplate, featuresOfTemplates, templatesOf } from "./templates";

const FEATURES = 100;

/** Of each sample: with a probability of one half its template's score, else its own. */
function scoresOf(draw: Draw, templates: readonly string[]): number[] {
  return byTemplate(templates, () => draw.flip(0.5)).map((own) => (draw.flip(0.5) === 1 ? own : draw.flip(0.5)));
}

function nothingBeyondTemplates(n: number): Simulation {
  return {
    claim: "A feature survives",
    truth: `${n} questions of up to 343 templates; half of the score is set by the template, half at random; features fire by template`,
    bounds: { "something survives": { atMost: 0.06 } },
    trial: async (seed) => {
      const draw = new Draw(seed);
      const templates = templatesOf(draw, n);
      const features = featuresOfTemplates(draw, templates, FEATURES);
      const given = { clusters: clustersOf(templates) };
      return { "something survives": (await survivorsOf(scoresOf(draw, templates), features, given, seed)).size > 0 };
    },
  };
}

function nothingWithinForm(n: number): Simulation {
  return {
    claim: "Given formatValid, N of the features that survive still do",
    truth: `${n} questions as above; 60 % of the answers are valid, and only those right; features fire mostly in them`,
    bounds: { "something survives": { atMost: 0.06 } },
    trial: async (seed) => {
      const draw = new Draw(seed);
      const templates = templatesOf(draw, n);
      const valid = templates.map(() => draw.flip(0.6));
      const fires = (form: number) => draw.flip(form === 1 ? 0.9 : 0.1);
      const features = featuresOfTemplates(draw, templates, FEATURES).map((values) =>
        values.map((value, i) => value * fires(valid[i]!)),
      );
      const scores = scoresOf(draw, templates).map((score, i) => score * valid[i]!);
      const given = { clusters: clustersOf(templates), covariates: new Map([["formatValid", valid]]) };
      return { "something survives": (await survivorsOf(scores, features, given, seed)).size > 0 };
    },
  };
}

/** r in units of what it varies by. */
const STRENGTH = 4;

function effectBesideTemplates(n: number): Simulation {
  const r = STRENGTH / Math.sqrt(n);
  return {
    claim: "The feature survives",
    truth: `${n} questions as above; r = ${r.toFixed(2)} for one of ${FEATURES} features, which does not mind the template; nor does the score`,
    bounds: {
      "it survives, had nobody said that there are templates": { atLeast: 0.5 },
      "it survives": { atLeast: 0.8, of: "it survives, had nobody said that there are templates" },
    },
    trial: async (seed) => {
      const draw = new Draw(seed);
      const templates = templatesOf(draw, n);
      const features = featuresOfTemplates(draw, templates, FEATURES);
      const scores = templates.map(() => draw.flip(0.5));
      features[0] = scores.map((score) => 5 + r * (2 * score - 1) + Math.sqrt(1 - r ** 2) * draw.normal());
      const given = { clusters: clustersOf(templates) };
      return {
        "it survives, had nobody said that there are templates": (await survivorsOf(scores, features, {}, seed)).has(0),
        "it survives": (await survivorsOf(scores, features, given, seed)).has(0),
      };
    },
  };
}

export const clusteredScores = [300, 800].flatMap((n) => [
  nothingBeyondTemplates(n),
  nothingWithinForm(n),
  effectBesideTemplates(n),
]);
