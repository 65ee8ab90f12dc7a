import type { Command } from "commander";
import { pick } from "../pipeline/pick";
import { CHOICE_SETTINGS, type ChoiceOptions } from "../select/options";
import { given } from "../options/given";
import { list, number, numbers, under } from "./options";

export interface VariantFlags {
  variant?: NonNullable<ChoiceOptions["variants"]>;
}

/** Of the stages that make profiles and of those that use them. */
export const VARIANT = "--variant <S,A,P,P+,causal>";

export interface SelectFlags extends VariantFlags, Omit<ChoiceOptions, "variants"> {}

/** What is chosen, and how much of it is added. */
export function addSelectOptions(command: Command): Command {
  return under("Selecting:", command, (group) =>
    group
      .option(VARIANT, "ways to choose features (default: S,A,P)", list)
      .option(
        "--significance <family-wise|none>",
        "drop features that may be chance, or force a choice as the paper does (default: family-wise)",
      )
      .option("--top-k <n>", "most features of a layer, their vectors summed (default: 1)", number)
      .option("--coefficient <policy>", "mean, active-mean, contrast, residual:<fraction> or kl:<nats> (default: mean)")
      .option("--decode", "also add the decoder bias of the first steered layer's SAE")
      .option("--candidates <k>", "causal: features of each layer to try (default: 4)", number)
      .option("--grid <list>", "causal: multiples of the coefficient to try, or none (default: 0.5,1,2)", numbers)
      .option(
        "--residual-grid <list>",
        "causal: fractions of the residual's norm to try, or none (default: 0.1,0.25)",
        numbers,
      )
      .option(
        "--outcome <margin|choice|score>",
        "causal: what has to rise (default: margin where all questions have choices)",
      ),
  );
}

export function selectOptions({ variant, ...flags }: SelectFlags): ChoiceOptions {
  return {
    ...pick(
      flags,
      CHOICE_SETTINGS.filter((name) => name !== "variants"),
    ),
    ...given({ variants: variant }),
  };
}
