import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { finite, float32Array, listOf, shapeOf, steering as aSteering } from "../arguments/kinds";
import { invalidArgument } from "../errors";
import type { NativeSteering } from "../native/addon";
import { loadAddon } from "../native/load";
import { integer, oneOf } from "../options/kinds";
import { linearProbe, type Operation, type Probe, widthOf } from "./operation";

/** Which rows are steered: those where a direction's product, or a feature's activation, is above a bound. */
export type Condition =
  | { readonly layer: number; readonly direction: Float32Array; readonly above: number }
  | { readonly feature: Probe; readonly above: number };

const scaleArguments = z.object({ factor: finite() });
const plusArguments = z.object({ other: aSteering() });
const layersArguments = z.object({ layers: listOf(integer(-1), "a list of layers") });
const position = integer(-(2 ** 31), 2 ** 31 - 1, "a position");
const windowArguments = z.object({ from: position, to: position.optional() });
const phaseArguments = z.object({ phase: oneOf(["reasoning", "answer"]) });
const CONDITION = "a layer with a direction, or a feature as featureProbe reads it, and a bound";
const feature = shapeOf({ layer: integer(-1), weights: float32Array(), bias: finite() }, CONDITION);
const conditionArguments = z.object({
  condition: z.union(
    [
      shapeOf({ layer: integer(-1), direction: float32Array(), above: finite() }, CONDITION),
      shapeOf({ feature, above: finite() }, CONDITION),
    ],
    CONDITION,
  ),
});

/** Of a steering that does nothing. */
const NOTHING = "0000000000000000";

/**
 * What is done to the residual stream of a branch: an immutable value, to be combined and given to any number of branches.
 * Nothing on a model or an engine is set and later unset.
 *
 * It acts from the last prompt token on, on the row that chooses each token, unless it is told otherwise. Positions count
 * generated tokens: 0 is the row that chooses the first of them, the prompt's last; those before it are negative.
 */
export class Steering {
  /** For the engine; undefined where there is nothing to do. @internal */
  readonly native: NativeSteering | undefined;

  private constructor(
    /** At each layer in their order. @internal */
    readonly operations: readonly Operation[],
  ) {
    if (operations.length > 0) {
      const nEmbd = widthOf(operations);
      this.native = loadAddon().createSteering({ nEmbd, operations: [...operations] });
    }
  }

  /** @internal `createSteering`, `steer` and `loadSteering` are the ways in. */
  static of(operations: readonly Operation[]): Steering {
    return new Steering(operations);
  }

  /** Equal steerings have equal fingerprints. */
  get fingerprint(): string {
    return this.native?.fingerprint ?? NOTHING;
  }

  /** Those that are steered, ascending; -1 is the input of block 0. */
  get layers(): number[] {
    return this.native?.layers ?? [];
  }

  /** Those that no answer is too short for, nor in another phase. @internal */
  get layersOfEveryAnswer(): number[] {
    const always = this.operations.filter(({ from = -1, to = 1, phase }) => from <= 0 && to > 0 && phase === undefined);
    return [...new Set(always.map(({ layer }) => layer))];
  }

  /** Whether all that it does begins before the prompt's last row. @internal */
  get beginsInPrompt(): boolean {
    return this.operations.every(({ from = -1 }) => from < 0);
  }

  /** Whether it does nothing. */
  get isEmpty(): boolean {
    return this.native === undefined;
  }

  /**
   * `factor` times as much of it: of vectors, and of the way to a target.
   *
   * @throws SteeringError `ERR_NON_FINITE` where that is too much
   */
  scaled(factor: number): Steering {
    checkArguments(scaleArguments, { factor });
    return this.#with((operation) => ({ ...operation, scale: operation.scale * factor }));
  }

  /** This one, then the other. @throws SteeringError `ERR_SHAPE_MISMATCH` for models of another width */
  plus(other: Steering): Steering {
    checkArguments(plusArguments, { other });
    return new Steering([...this.operations, ...other.operations]);
  }

  /** What of it is done at these layers. */
  onLayers(layers: readonly number[]): Steering {
    checkArguments(layersArguments, { layers });
    return new Steering(this.operations.filter(({ layer }) => layers.includes(layer)));
  }

  /**
   * At generated positions from `from` to before `to`; without `to` to the end. Negative ones are prompt rows, counted back
   * from position 0.
   *
   * @throws RangeError `ERR_OUT_OF_RANGE` where that is nowhere
   */
  within(from: number, to?: number): Steering {
    checkArguments(windowArguments, { from, to });
    if (to !== undefined && to <= from) throw invalidArgument("to", `a position after ${from}`, to);
    return this.#with((operation) => ({ ...operation, from, to }));
  }

  /** At every row of the prompt, too. */
  fromPrompt(): Steering {
    return this.#with((operation) => ({ ...operation, from: undefined }));
  }

  /** Only while the model reasons, or only while it answers: as `reasoning` of the branch tells them apart. */
  during(phase: "reasoning" | "answer"): Steering {
    checkArguments(phaseArguments, { phase });
    return this.#with((operation) => ({ ...operation, phase }));
  }

  /**
   * Only at rows where a condition holds: tested before the row is steered, at the layers steered or an earlier one.
   *
   * @throws TypeError `ERR_INVALID_ARGUMENT` for a layer after one that is steered, or of another width
   */
  when(condition: Condition): Steering {
    checkArguments(conditionArguments, { condition });
    const of = "feature" in condition ? condition.feature : linearProbe(condition.layer, condition.direction.slice());
    const when = { of, above: condition.above };
    return this.#with((operation) => ({ ...operation, when }));
  }

  #with(change: (operation: Operation) => Operation): Steering {
    return new Steering(this.operations.map(change));
  }
}
