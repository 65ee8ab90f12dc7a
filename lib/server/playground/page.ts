/** The playground's page: what there is to fill in; its script does the rest. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>corrsteer playground</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/playground/style.css">
<script type="module" src="/playground/main.js"></script>
</head>
<body>
<header>
<h1>corrsteer <span id="model"></span></h1>
<p id="status" role="status"></p>
</header>
<form id="key-form" hidden>
<label for="key">API key</label>
<input id="key" type="password" autocomplete="off">
<button>Use it</button>
</form>
<main>
<section id="conversation" aria-label="Conversation">
<div id="turns"></div>
<form id="composer">
<label for="question">Your message</label>
<textarea id="question" rows="3" placeholder="Ask something: it is answered plain and steered, from one prefill."></textarea>
<p class="buttons">
<button id="send" disabled>Send</button>
<button id="stop" type="button" disabled>Stop</button>
<button id="clear" type="button">New conversation</button>
</p>
</form>
</section>
<section id="controls" aria-label="Steering and sampling">
<h2>Steering</h2>
<p class="field"><label for="profile">Profile</label><select id="profile"></select></p>
<p id="profile-about" class="note"></p>
<div class="slider"><label for="scale">Scale of all</label><input id="scale" type="range" min="-2" max="3" step="0.05" value="1"><output id="scale-value" for="scale">1</output></div>
<div id="doses"></div>
<div id="added"></div>
<div id="layers" role="img" aria-label="Steered layers: none"></div>
<p class="buttons"><button id="reset" type="button">As learned</button></p>
<div id="heat" hidden>
<h2>Under the tokens</h2>
<form id="watch-form" class="line"><label for="watch">Show a feature's values</label><input id="watch" placeholder="blocks.12.hook_resid_post/4711"><button>Watch</button></form>
<ul id="watched" aria-label="Features under the tokens"></ul>
</div>
<div id="run" hidden>
<h2>Features of the run</h2>
<p id="run-about" class="note"></p>
<form id="search">
<p class="field"><label for="by">Search by</label><select id="by"><option value="highest-r">highest r</option><option value="lowest-r">lowest r</option><option value="promotes">tokens that it promotes</option><option value="example">its strongest examples</option></select></p>
<p class="field" id="sought-field" hidden><label for="sought">with this in them</label><input id="sought"></p>
<p class="buttons"><button>Search</button></p>
</form>
<p id="found-about" class="note" role="status"></p>
<ul id="found" aria-label="Features that were found"></ul>
<p class="buttons"><button id="more" type="button" hidden>More</button></p>
</div>
<h2>Sampling</h2>
<div class="fields">
<p class="field"><label for="temperature">Temperature</label><input id="temperature" type="number" min="0" max="2" step="0.1" value="0.7"></p>
<p class="field"><label for="top-p">Top p</label><input id="top-p" type="number" min="0" max="1" step="0.05" value="0.95"></p>
<p class="field"><label for="max-tokens">Most tokens</label><input id="max-tokens" type="number" min="1" step="1" value="200"></p>
<p class="field"><label for="seed">Seed</label><input id="seed" type="number" step="1" placeholder="drawn"></p>
</div>
<p class="field"><label for="system">System prompt</label><textarea id="system" rows="2"></textarea></p>
<h2>Take it with you</h2>
<p class="buttons">
<button id="copy-curl" type="button">curl</button>
<button id="copy-typescript" type="button">TypeScript</button>
<button id="copy-profile" type="button">Steering as JSON</button>
</p>
<form id="save-form" class="line"><label for="save-name">Profile's name</label><input id="save-name" value="playground" pattern="[A-Za-z0-9][A-Za-z0-9._\\-]{0,99}" title="letters, digits, '.', '_' and '-'" required><button>Save</button></form>
<p id="saved" class="note"></p>
<details id="copied-part"><summary>What was copied</summary><pre id="copied" tabindex="0"></pre></details>
</section>
</main>
</body>
</html>
`;
