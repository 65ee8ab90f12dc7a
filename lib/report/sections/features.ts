import { clip } from "../clip";
import type { Example } from "../examples";
import { compact, listed, percent, pValue, signed } from "../format";
import { html, type Html } from "../html";
import type { TokenLogit } from "../../model/logit-lens";
import { featureNames } from "../../sae/name";
import type { ChosenFeature, Report } from "../report";
import { visible } from "../visible";
import { fact, section, type Section } from "./section";

/** Characters of an answer before its prompt is opened. */
const GLIMPSE = 40;

/** A card for each feature that was selected. */
export function featuresSection({ features, noLens, noLabels, manifest, ranking }: Report): Section | undefined {
  if (features.length === 0) return undefined;
  const nameOf = featureNames(ranking.layers);
  return section(
    "features",
    "Selected features",
    noLens !== null && html`<p class="note">No promoted tokens: ${noLens}</p>`,
    noLabels !== null && html`<p class="note">Labels are missing: ${noLabels}</p>`,
    manifest.keep === "moments" &&
      html`<p class="note">No examples: the run kept moments, not the activations of single samples.</p>`,
    html`<div class="cards">${features.map((feature) => card(feature, nameOf(feature.ranked)))}</div>`,
  );
}

/** Of a feature's card in the page, by its name. */
export function anchorOf(name: string): string {
  return `feature-${name.replaceAll(/[^\w]+/g, "-")}`;
}

function card({ ranked, uses, link, page, examples, lens }: ChosenFeature, name: string): Html {
  const { r, partialR, familyWiseP, stability, frequency, nActive, nActiveCorrect } = ranked;
  return html`<article id="${anchorOf(name)}">
    <h3>
      ${name} ${link && html`<a href="${link.dashboard}" rel="noreferrer">Neuronpedia</a>`}
      ${page !== undefined && html`<a href="${page}">contexts</a>`}
    </h3>
    ${link?.label !== undefined && html`<p class="label">${link.label}</p>`}
    <dl class="facts">
      ${fact("r", signed(r))} ${partialR !== null && fact("partial r", signed(partialR))}
      ${familyWiseP !== null && fact("family-wise p", pValue(familyWiseP))}
      ${stability !== null && fact("stability", percent(stability, 0))} ${fact("fires in", percent(frequency))}
      ${fact("right where it fires", percent(nActiveCorrect / Math.max(1, nActive), 0))} ${coefficientsOf(uses)}
    </dl>
    ${lens && html`${tokens("promotes", lens.promoted)} ${tokens("suppresses", lens.suppressed)}`}
    ${
      examples.length > 0 &&
      html`<details>
        <summary>Answers in which it fires most strongly</summary>
        ${examples.map(exampleHtml)}
      </details>`
    }
  </article>`;
}

/** Variants mostly agree on how much of a feature to add. */
function coefficientsOf(uses: ChosenFeature["uses"]): Html[] {
  const values = [...new Set(uses.map(({ coefficient }) => coefficient))];
  return values.map((value) => {
    const variants = uses.filter(({ coefficient }) => coefficient === value).map(({ variant }) => variant);
    return fact(`coefficient in ${listed(variants)}`, compact(value));
  });
}

function exampleHtml({ id, activation, prompt, completion, gold, score }: Example): Html {
  const outcome = score > 0 ? "right" : "wrong";
  return html`<details class="example">
    <summary>
      ${id} · activation ${compact(activation)} · ${outcome}: <code>${clip(completion, GLIMPSE) || "∅"}</code>
      ${score === 0 && html`(gold: ${clip(gold, GLIMPSE)})`}
    </summary>
    <pre>${prompt}<mark class="${outcome}">${completion || "∅"}</mark></pre>
  </details> `;
}

function tokens(name: string, entries: readonly TokenLogit[]): Html {
  return html`<p class="tokens">
    <span>${name}</span>
    ${entries.map(({ token, logit }) => html`<code title="logit ${signed(logit, 2)}">${visible(token)}</code> `)}
  </p>`;
}
