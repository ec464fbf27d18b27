import { KiroError } from '../../../base/errors';
import { redact } from '../../../base/redact';
import type { Model } from '../../account/models';
import { refusalOfLarge } from '../../transport/failure';
import { reproOf } from './repro';
import { brokenRules } from './rules/rules';
import { serialize } from './serialize';
import { totalOf, weigh } from './sizeBreakdown';
import type { WireRequest } from './wire';

const rulesOfSize = new Set(['content-too-long', 'tool-result-too-long', 'history-too-long']);

/**
 * A refusal with what the request itself tells about it: the first rule it breaks and its skeleton, or what is large in
 * it. Other failures stay as they are.
 */
export function explained(error: KiroError, body: WireRequest, model: Model): KiroError {
  if (error.code === 'too-long') return withFacts(error, { weights: weigh(body) });
  if (error.code !== 'bad-request' || error.status !== 400) return error;
  // As it was sent, which is well-formed whatever the conversation was.
  const [broken] = brokenRules(JSON.parse(serialize(body).toString()), model);
  const repro = reproOf(body);
  if (broken && rulesOfSize.has(broken.rule)) {
    return withFacts(error, { code: 'too-long', reason: 'PROBABLY_TOO_LONG', weights: weigh(body), repro });
  }
  if (broken) {
    const rule = redact(`breaks ${broken.rule} at ${broken.path || 'the top'}`);
    return withFacts(error, { detail: [error.detail, `(${rule})`].filter(Boolean).join(' '), repro });
  }
  const weights = weigh(body);
  const classed = refusalOfLarge(error, totalOf(weights), model.contextWindow);
  return withFacts(classed, classed.code === 'too-long' ? { weights, repro } : { repro });
}

function withFacts(
  error: KiroError,
  { code, ...facts }: Partial<Pick<KiroError, 'code' | 'reason' | 'detail' | 'weights' | 'repro'>>,
): KiroError {
  const { status, reason, detail, requestId, retryAfterMs } = error;
  return new KiroError(code ?? error.code, {
    ...{ status, reason, detail, requestId, retryAfterMs, cause: error.cause },
    ...facts,
  });
}
