import * as v from 'valibot';
import type { TextResponse } from '../base/http';
import { readAnswer } from './answer';
import { isSuccess } from './authCall';
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
export function readTokenAnswer(answer: TextResponse, refreshToken: string, now: number): Renewed {
  if (!isSuccess(answer)) throw refreshFailure(answer, now);
  const renewed = readTokens(answer, now);
  const { tokens } = renewed;
  return { ...renewed, tokens: { ...tokens, refresh: tokens.refresh ?? refreshToken } };
}

/** The tokens in a 2xx answer. `now` is in epoch milliseconds. Throws KiroError `protocol` with the unfit field as reason. */
export function readTokens(answer: TextResponse, now: number): Renewed {
  const { accessToken, refreshToken, expiresIn, profileArn } = readAnswer(tokenAnswer, answer);
  return {
    tokens: { access: accessToken, refresh: refreshToken || undefined, expiresAt: now + expiresIn * 1000 },
    profileArn: profileArn || undefined,
  };
}
