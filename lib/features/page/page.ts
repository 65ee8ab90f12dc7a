import { html, jsonForScript } from "../../report/html";
import { documentHtml } from "../../report/page";
import { quantity } from "../../quantity";
import type { FeaturesManifest } from "../folder";
import type { PageData } from "../format";
import { pageScript } from "./script";
import { FEATURES_STYLE } from "./style";

/** The one page, which shows an SAE's features or one of them, as its address says, from the data beside it. */
export async function featuresPage(manifest: FeaturesManifest): Promise<string> {
  const { model, tokens, rows, before, after, featuresAFile, tokensAFile, saes } = manifest;
  const data: PageData = {
    ...{ rows, before, after, featuresAFile, tokensAFile },
    saes: saes.map(({ name, dSae }) => ({ name, dSae })),
  };
  return documentHtml({
    title: `${model.name}: corrsteer features`,
    style: FEATURES_STYLE,
    script: await pageScript(),
    loadsScripts: true,
    body: html`<a class="skip" href="#features">To the features</a>
      <nav aria-label="SAEs">
        <p>corrsteer features</p>
        <ul>
          ${saes.map(({ name }) => html`<li><a href="#/${encodeURIComponent(name)}">SAE ${name}</a></li> `)}
        </ul>
      </nav>
      <main>
        <header>
          <h1>${model.name}: what its features are active on, in ${quantity(tokens, "token")} of text</h1>
        </header>
        <div id="features"><p class="note">Loading …</p></div>
        <noscript><p class="warning">These pages are made by a script.</p></noscript>
      </main>
      <script type="application/json" id="features-data">
        ${jsonForScript(data)}
      </script>`,
  });
}
