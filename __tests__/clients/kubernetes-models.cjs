// kubernetes-models.cjs <job>...: what Kubernetes' published schema says of each, as JSON: null of one that is valid.
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");

async function main(jobs) {
  const { Job } = await import(
    pathToFileURL(join(process.env.CLIENTS, "kubernetes-models", "batch", "v1", "index.js"))
  );
  const wrong = jobs.map((job) => {
    try {
      new Job(JSON.parse(job)).validate();
      return null;
    } catch (error) {
      return error.message;
    }
  });
  console.log(JSON.stringify(wrong));
}

void main(process.argv.slice(2));
