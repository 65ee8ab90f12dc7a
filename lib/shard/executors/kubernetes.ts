import { stringify } from "yaml";

/** What of a cluster's job is its user's to say. */
export interface KubernetesJob {
  readonly name: string;
  /** With corrsteer, model, SAEs and data at the paths that the plan names, or that `args` do. */
  readonly image: string;
  /** A volume that all workers may write to, and where the plan lies in it. */
  readonly claim: string;
  readonly plan: string;
  readonly workers: number;
  readonly args: readonly string[];
  /** Of each worker, as Kubernetes writes them: "4", "8Gi". */
  readonly cpu: string;
  readonly memory: string;
}

/** Where the volume is mounted. */
export const MOUNT = "/plan";
/** Of one worker, in a row: one whose node went is started elsewhere, one that always fails is not started for ever. */
const ATTEMPTS = 4;

/** An Indexed Job (batch/v1, as of Kubernetes 1.33) whose pods are the workers. */
export function kubernetesJob({ name, image, claim, plan, workers, args, cpu, memory }: KubernetesJob): string {
  const resources = { cpu, memory };
  return stringify({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name },
    spec: {
      completionMode: "Indexed",
      ...{ completions: workers, parallelism: workers, backoffLimitPerIndex: ATTEMPTS },
      template: {
        spec: {
          restartPolicy: "Never",
          containers: [
            {
              ...{ name: "worker", image },
              // The worker's number is in its environment.
              command: ["corrsteer", "shard", "work", `${MOUNT}/${plan}`, "--workers", String(workers), ...args],
              resources: { requests: resources, limits: { memory } },
              volumeMounts: [{ name: "plan", mountPath: MOUNT }],
            },
          ],
          volumes: [{ name: "plan", persistentVolumeClaim: { claimName: claim } }],
        },
      },
    },
  });
}
