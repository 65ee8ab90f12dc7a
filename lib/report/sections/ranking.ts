import type { Ranking } from "../../rank/ranking";
import { gatedWords } from "../../select/gated-words";
import type { Selection } from "../../select/selection";
import { featureNames, type FeatureKey } from "../../sae/name";
import { compact, listed, pValue, signed } from "../format";
import { html, type Html } from "../html";
import type { Report } from "../report";
import { anchorOf } from "./features";
import { section, type Section } from "./section";
import { table, type Column } from "./table";
import { validationDetails } from "./validation";

const CRITERIA: Readonly<Record<Ranking["score"], string>> = {
  pearson: "Pearson's r",
  "mutual-information": "mutual information",
  "mutual-information-quantile": "mutual information in quantiles",
  fisher: "Fisher's ratio",
  "mean-difference": "difference in means",
  auroc: "area under the ROC curve",
};

/** Which features go with the score, whether that is more than chance, and which were taken. */
export function rankingSection(report: Report, layers: Html | undefined, rank: Html | undefined): Section | undefined {
  const { covariates, target, reverse, stratifiedBy, score, n, nCorrect, notes } = report.ranking;
  const { significance, alpha, coefficient, decode, selections } = report.selections;
  const nameOf = featureNames(report.ranking.layers);
  const byName = new Map(selections.flatMap((selection) => selection.dropped).map((entry) => [nameOf(entry), entry]));
  const dropped = [...byName.values()];
  const given = covariates.length > 0 && ` given ${listed(covariates)}`;
  const strata = stratifiedBy !== null && `, permuted within each ${stratifiedBy}`;
  return section(
    "ranking",
    "Ranked features",
    html`<p>
      Ordered by ${CRITERIA[score]} of pooled activation and ${reverse && "1 − "}${target}${given}${strata}; ${nCorrect}
      of ${n} answers count as right.
    </p>`,
    notes.length > 0 &&
      html`<ul>
        ${notes.map((note) => html`<li>${note}</li> `)}
      </ul>`,
    html`<div class="halves">${layers} ${rank}</div>`,
    table("Selections", columns(nameOf), selections),
    significance === "family-wise"
      ? dropped.length > 0 &&
          html`<p>
            Dropped, as the best of its layer is within what chance gives over all layers (family-wise p above
            ${alpha}): ${dropped.map((entry) => droppedChip(entry, nameOf))}
          </p>`
      : html`<p class="note">Nothing is dropped for being within chance: that was not asked for.</p>`,
    html`<p class="note">
      Coefficients: ${coefficient}${decode && ", and the decoder bias of the first steered layer"}.
    </p>`,
    selections.map((selection) => validationDetails(selection, nameOf)),
  );
}

type NameOf = (feature: FeatureKey) => string;

function columns(nameOf: NameOf): Column<Selection>[] {
  const nothing = html`<em>none: it steers nothing</em>`;
  return [
    { heading: "variant", cell: ({ variant }) => variant },
    {
      heading: "features: layer:index, r × coefficient",
      text: true,
      cell: ({ features, gated }) => {
        if (gated) return gatedWords(gated);
        return features.length === 0 ? nothing : features.map((feature) => chosen(feature, nameOf));
      },
    },
  ];
}

function chosen(feature: Selection["features"][number], nameOf: NameOf): Html {
  const { r, coefficient } = feature;
  const name = nameOf(feature);
  const link = html`<a href="#${anchorOf(name)}">${name}</a>`;
  return html`<span class="chip">${link} ${signed(r, 2)} × ${compact(coefficient)}</span> `;
}

function droppedChip(entry: Selection["dropped"][number], nameOf: NameOf): Html {
  const p = entry.familyWiseP === null ? "" : `, p ${pValue(entry.familyWiseP)}`;
  return html`<span class="chip">${nameOf(entry)} ${signed(entry.r, 2)}${p}</span> `;
}
