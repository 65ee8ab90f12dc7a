import { SteeringError } from "../errors";

/** Where in a data set something is wrong. */
export interface DatasetPlace {
  readonly path: string;
  /** Line of the file where the row begins, from 1. */
  readonly row?: number;
  readonly field?: string;
}

/** `ERR_DATASET_FORMAT` with `details` `{ path, row, field }`, as far as they are known. */
export function datasetError(place: DatasetPlace, problem: string, cause?: unknown): SteeringError {
  const line = place.row === undefined ? "" : `:${place.row}`;
  const field = place.field === undefined ? "" : `field "${place.field}": `;
  const options = cause === undefined ? undefined : { cause };
  return new SteeringError("ERR_DATASET_FORMAT", `${place.path}${line}: ${field}${problem}`, { ...place }, options);
}
