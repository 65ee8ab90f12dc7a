import type { HookPoint } from "./hook-point";

/** What an id is made of. */
export interface Named extends HookPoint {
  readonly dSae: number;
  readonly neuronpediaId?: string | undefined;
  /** SHA-256; needed only of SAEs that share all else. */
  readonly weights?: string | undefined;
}

/** Publishers' ids that can be read, typed and shown as they are. */
const PLAIN = /^[\w./-]+$/;

/**
 * What names each SAE where several are, wherever its files lie: its publisher's id, else its hook point, as in
 * "blocks.3.hook_resid_post"; with its width, then with its content, as far as that is needed to tell it from others.
 * Equal ids are left to SAEs that are the same.
 */
export function saeIds(saes: readonly Named[]): string[] {
  const plain = saes.map(({ layer, site, neuronpediaId }) =>
    neuronpediaId !== undefined && PLAIN.test(neuronpediaId) ? neuronpediaId : `blocks.${layer}.hook_${site}`,
  );
  const withWidth = toldApart(plain, (i) => `${plain[i]!}.${saes[i]!.dSae}`);
  return toldApart(withWidth, (i) => `${withWidth[i]!}.${saes[i]!.weights?.slice(0, 8) ?? ""}`);
}

/** Those whose ids also others have by width: their `weights` matter. */
export function sharesId(saes: readonly Named[]): boolean[] {
  const ids = saeIds(saes.map((sae) => ({ ...sae, weights: "" })));
  return ids.map((id) => ids.filter((other) => other === id).length > 1);
}

function toldApart(ids: readonly string[], longer: (i: number) => string): string[] {
  return ids.map((id, i) => (ids.filter((other) => other === id).length > 1 ? longer(i) : id));
}
