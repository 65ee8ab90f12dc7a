import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { finite, listOf, steering as aSteering } from "../arguments/kinds";
import { SteeringError } from "../errors";
import type { NativeSteering } from "../native/addon";
import { loadAddon } from "../native/load";
import { integer } from "../options/kinds";

/** One vector to add to the residual stream, [n_embd]. `layer` is a block index: -1 is the input of block 0. */
export interface LayerVector {
  readonly layer: number;
  readonly vector: Float32Array;
}

const scaleArguments = z.object({ factor: finite() });
const plusArguments = z.object({ other: aSteering() });
const layersArguments = z.object({ layers: listOf(integer(-1), "a list of layers") });

/** Of a steering that does nothing. */
const NOTHING = "0000000000000000";

/**
 * What is done to the residual stream of a branch: an immutable value, to be combined and given to any number of branches.
 * Nothing on a model or an engine is set and later unset.
 */
export class Steering {
  /** For the engine; undefined where there is nothing to do. @internal */
  readonly native: NativeSteering | undefined;

  private constructor(
    /** Of different layers, all of one length. @internal */
    readonly vectors: readonly LayerVector[],
  ) {
    this.native = vectors.length === 0 ? undefined : createNative(vectors);
  }

  /** @internal `createSteering` and `loadSteering` are the ways in. */
  static of(vectors: readonly LayerVector[]): Steering {
    return new Steering(vectors);
  }

  /** Equal steerings have equal fingerprints. */
  get fingerprint(): string {
    return this.native?.fingerprint ?? NOTHING;
  }

  /** Those that are steered, ascending; -1 is the input of block 0. */
  get layers(): number[] {
    return this.native?.layers ?? [];
  }

  /** Whether it does nothing. */
  get isEmpty(): boolean {
    return this.native === undefined;
  }

  /** `factor` times as much of it. @throws SteeringError `ERR_NON_FINITE` where that is too much */
  scaled(factor: number): Steering {
    checkArguments(scaleArguments, { factor });
    return new Steering(
      this.vectors.map(({ layer, vector }) => ({ layer, vector: vector.map((value) => value * factor) })),
    );
  }

  /** Both at once. @throws SteeringError `ERR_SHAPE_MISMATCH` for models of another width, `ERR_NON_FINITE` */
  plus(other: Steering): Steering {
    checkArguments(plusArguments, { other });
    const sums = new Map(this.vectors.map(({ layer, vector }) => [layer, vector]));
    for (const { layer, vector } of other.vectors) {
      const before = sums.get(layer);
      if (before && before.length !== vector.length) throw otherWidth(before.length, vector.length);
      sums.set(layer, before ? before.map((value, i) => value + vector[i]!) : vector);
    }
    return new Steering([...sums].map(([layer, vector]) => ({ layer, vector })));
  }

  /** What of it is done at these layers. */
  onLayers(layers: readonly number[]): Steering {
    checkArguments(layersArguments, { layers });
    return new Steering(this.vectors.filter(({ layer }) => layers.includes(layer)));
  }
}

function createNative(vectors: readonly LayerVector[]): NativeSteering {
  const nEmbd = vectors[0]!.vector.length;
  const packed = new Float32Array(vectors.length * nEmbd);
  vectors.forEach(({ vector }, i) => {
    if (vector.length !== nEmbd) throw otherWidth(nEmbd, vector.length);
    packed.set(vector, i * nEmbd);
  });
  return loadAddon().createSteering({ nEmbd, layers: Int32Array.from(vectors, ({ layer }) => layer), vectors: packed });
}

function otherWidth(expected: number, actual: number): SteeringError {
  return new SteeringError(
    "ERR_SHAPE_MISMATCH",
    `vectors of ${expected} and of ${actual} values are of models of different widths`,
    { expected, actual },
  );
}
