// Real activations under scores of which the truth is known: what a run collected, dealt out anew.
import { toColumns, type Columns } from "../../lib/rank/columns";
import { readVariables } from "../../lib/rank/variables";
import { readLayer, readShards, type Shard } from "../../lib/run/shards";
import { clustersOf } from "../../lib/statistics/clusters";
import { groupsOfLabels, membersOf } from "../../lib/statistics/groups";
import { Draw } from "./draw";
import type { Simulation } from "./simulation";
import { survivorsOfLayers } from "./survivors";
import { byTemplate } from "./templates";

const LEAST_SUPPORT = 10;

/** Those that a run's samples allow: of its answers' form, and of its clusters. */
export async function simulationsOf(directory: string): Promise<Simulation[]> {
  const [shard] = (await readShards([directory])) as [Shard];
  const layers: Columns[] = [];
  for (const sae of shard.manifest.saes) {
    const { moments, chunks } = await readLayer([shard], sae, 0);
    const { nActive } = moments.state;
    layers.push(toColumns(chunks, shard.scores.length, sae.dSae, (feature) => nActive[feature]! >= LEAST_SUPPORT));
  }
  const store = { name: `${shard.scores.length} answers of ${directory}`, layers, scores: [...shard.scores] };
  const variables = await readVariables([directory], { simulation: ["formatValid"] }).catch(() => undefined);
  const clusters = clustersOf(shard.clusters);
  return [
    ...(variables ? [shuffledWithin(store, variables.get("formatValid") as readonly number[])] : []),
    ...(clusters ? [byCluster(store, shard.clusters)] : []),
  ];
}

interface Store {
  readonly name: string;
  readonly layers: readonly Columns[];
  readonly scores: readonly number[];
}

function shuffledWithin({ name, layers, scores }: Store, valid: readonly number[]): Simulation {
  const forms = membersOf(groupsOfLabels(valid));
  return {
    claim: "Given formatValid, N of the features that survive still do",
    truth: `${name}; scores dealt out anew within each form`,
    bounds: { "something survives": { atMost: 0.05 } },
    trial: async (seed) => {
      const draw = new Draw(seed);
      const dealt = [...scores];
      for (const form of forms) draw.shuffled(form).forEach((from, i) => (dealt[form[i]!] = scores[from]!));
      const found = await survivorsOfLayers(dealt, layers, { covariates: new Map([["formatValid", valid]]) }, seed);
      return { "something survives": found.some(({ size }) => size > 0) };
    },
  };
}

function byCluster({ name, layers }: Store, labels: Shard["clusters"]): Simulation {
  const names = labels.map((label, i) => label ?? `alone ${i}`);
  const clusters = clustersOf(labels);
  return {
    claim: "A feature survives",
    truth: `${name}; half of the score is drawn for each cluster, half for each question`,
    bounds: { "something survives": { atMost: 0.06 }, "it does, had nobody named clusters": { atMost: 1 } },
    trial: async (seed) => {
      const draw = new Draw(seed);
      const own = byTemplate(names, () => draw.flip(0.5));
      const scores = own.map((score) => (draw.flip(0.5) === 1 ? score : draw.flip(0.5)));
      const survives = async (given: object) =>
        (await survivorsOfLayers(scores, layers, given, seed)).some(({ size }) => size > 0);
      return {
        "something survives": await survives({ clusters }),
        "it does, had nobody named clusters": await survives({}),
      };
    },
  };
}
