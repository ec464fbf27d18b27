import * as v from 'valibot';
import { KiroError } from '../base/errors';
import { type Answer, parseJson } from '../base/http';
import type { Tokens } from './credentials';
import { refreshFailure } from './refreshFailure';

const text = v.pipe(v.string(), v.nonEmpty());

const tokenAnswer = v.object({
  accessToken: text,
  refreshToken: v.nullish(v.string()),
  /** Seconds. */
  expiresIn: v.pipe(v.number(), v.finite(), v.minValue(1)),
  profileArn: v.nullish(v.string()),
});

/** What a refresh brings: new tokens, and the profile where the service names it. */
export interface Renewed {
  tokens: Tokens;
  profileArn?: string | undefined;
}

/**
 * The tokens in a token endpoint's answer; an answer without a refresh token keeps `refreshToken`. `now` is in epoch
 * milliseconds. Throws what `refreshFailure` makes of a refusal, or KiroError `protocol` with the unfit field as reason.
 */
export function readTokenAnswer(answer: Answer, refreshToken: string, now: number): Renewed {
  if (answer.status < 200 || answer.status > 299) throw refreshFailure(answer, now);
  const parsed = v.safeParse(tokenAnswer, parseJson(answer.text));
  if (!parsed.success) {
    const field = v.getDotPath(parsed.issues[0]) ?? 'body';
    throw new KiroError('protocol', { status: answer.status, reason: field });
  }
  const { accessToken, refreshToken: rotated, expiresIn, profileArn } = parsed.output;
  return {
    tokens: { access: accessToken, refresh: rotated || refreshToken, expiresAt: now + expiresIn * 1000 },
    profileArn: profileArn || undefined,
  };
}
