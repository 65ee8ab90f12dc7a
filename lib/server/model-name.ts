import { ApiError } from "./errors/api-error";
import type { Served } from "./served";

/** What a request's `model` stands for. @throws ApiError 404 for another model */
export function modelNamed(asked: string | null | undefined, { name }: Served): { name: string } {
  if (asked === undefined || asked === null || asked === name) return { name };
  const problem = `The model '${asked}' does not exist: this server has '${name}'.`;
  throw new ApiError(404, problem, "model", "model_not_found");
}
