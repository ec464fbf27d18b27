import * as v from 'valibot';
import { KiroError } from '../base/errors';
import type { TextResponse } from '../base/http';
import { parseJson } from '../base/json';

/** A 2xx answer's JSON in this shape. Throws KiroError `protocol` with the first unfit field as reason, `body` where there is none. */
export function readAnswer<T>(shape: v.GenericSchema<unknown, T>, { status, text }: TextResponse): T {
  const parsed = v.safeParse(shape, parseJson(text));
  if (parsed.success) return parsed.output;
  throw new KiroError('protocol', { status, reason: v.getDotPath(parsed.issues[0]) ?? 'body' });
}
