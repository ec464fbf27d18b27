import * as v from 'valibot';
import { KiroError } from '../../base/errors';
import { parseJson } from '../../base/json';
import { nameFrom } from '../../base/redact';
import { type EffortControl, effortControl } from './effort';

/** One row of the account's catalog. */
export interface Model {
  /** The service's own id, sent back verbatim. */
  id: string;
  name: string;
  description?: string | undefined;
  /** The whole window in tokens: input and output together. `usualContextWindow` where the catalog names none. */
  contextWindow: number;
  /** `usualMaxOutput` where the catalog names none, and never more than half of the window. */
  maxOutputTokens: number;
  images: boolean;
  /** Takes documents, such as PDF files. */
  documents?: boolean | undefined;
  /** How many cache points a request may set; none where the model does not cache. */
  cachePoints?: number | undefined;
  /** Credits per request relative to the base rate. */
  rateMultiplier?: number | undefined;
  effort?: EffortControl | undefined;
}

const text = v.pipe(v.string(), v.minLength(1));
const count = v.pipe(v.number(), v.integer(), v.minValue(1));

// Only the id is promised by the service's model; what else is unfit is not known, and no reason to hide a model.
const optional = <S extends v.GenericSchema>(schema: S) => v.fallback(v.nullish(schema), undefined);
const Row = v.object({
  modelId: text,
  modelName: optional(text),
  displayName: optional(text),
  description: optional(v.string()),
  rateMultiplier: optional(v.number()),
  tokenLimits: optional(v.object({ maxInputTokens: optional(count), maxOutputTokens: optional(count) })),
  supportedInputTypes: optional(v.array(v.string())),
  promptCaching: optional(
    v.object({
      supportsPromptCaching: optional(v.boolean()),
      maximumCacheCheckpointsPerRequest: optional(v.number()),
    }),
  ),
  additionalModelRequestFieldsSchema: optional(v.record(v.string(), v.unknown())),
});
const Page = v.object({ models: v.array(v.unknown()), nextToken: v.nullish(v.string()) });

/** Assumed, in tokens, where a row of the catalog names none: what Claude’s 4.5 models have. */
const usualContextWindow = 200_000;
const usualMaxOutput = 64_000;
/** A hover has room for it. */
const mostOfDescription = 500;

/**
 * One page of the catalog. A row that is not a model is left out: one bad row must not hide the others.
 * Throws KiroError `protocol` where the page itself is none.
 */
export function parseModelsPage(body: string): { models: Model[]; nextToken: string | undefined } {
  const page = v.safeParse(Page, parseJson(body));
  if (!page.success)
    throw new KiroError('protocol', { reason: 'models', detail: v.getDotPath(page.issues[0]) ?? 'body' });
  const rows = page.output.models.map((row) => v.safeParse(Row, row)).filter((row) => row.success);
  return { models: rows.map((row) => modelOf(row.output)), nextToken: page.output.nextToken || undefined };
}

function modelOf(row: v.InferOutput<typeof Row>): Model {
  const contextWindow = row.tokenLimits?.maxInputTokens ?? usualContextWindow;
  const maxOutput = row.tokenLimits?.maxOutputTokens ?? usualMaxOutput;
  const takes = (...types: string[]) =>
    row.supportedInputTypes?.some((type) => types.includes(type.toUpperCase())) ?? false;
  const caching = row.promptCaching;
  const cachePoints = caching?.supportsPromptCaching ? caching.maximumCacheCheckpointsPerRequest : undefined;
  return {
    id: row.modelId,
    name: nameFrom(row.modelName ?? row.displayName ?? nameOf(row.modelId)),
    description: row.description ? nameFrom(row.description, mostOfDescription) : undefined,
    contextWindow,
    // Some rows name an output as large as the window; the editor needs room left for the input.
    maxOutputTokens: Math.min(maxOutput, Math.floor(contextWindow / 2)),
    images: takes('IMAGE', 'IMAGES'),
    ...(takes('DOCUMENT', 'DOCUMENTS', 'PDF') ? { documents: true } : {}),
    ...(cachePoints ? { cachePoints } : {}),
    rateMultiplier: row.rateMultiplier ?? undefined,
    effort: effortControl(row.modelId, row.additionalModelRequestFieldsSchema ?? undefined),
  };
}

/** The model to offer instead of one that cannot answer now: the dearest that costs no more, or else the cheapest. */
export function alternativeTo(model: Model, models: readonly Model[]): Model | undefined {
  const costOf = ({ rateMultiplier = 1 }: Model) => rateMultiplier;
  const others = models
    .filter(
      ({ id, images, documents }) =>
        id !== model.id && images >= model.images && !(model.documents && !documents),
    )
    .toSorted((one, other) => costOf(one) - costOf(other));
  return others.findLast((one) => costOf(one) <= costOf(model)) ?? others[0];
}

/** The most a model may cost that nobody chose. */
const usualRate = 1.5;

/** The model to begin with: the dearest of those at a usual price, the service's own order where several are; no experimental one. */
export function recommended(models: readonly Model[]): Model | undefined {
  const usual = models.filter((model) => !isExperimental(model) && (model.rateMultiplier ?? 1) <= usualRate);
  const byPrice = usual.toSorted((one, other) => (other.rateMultiplier ?? 1) - (one.rateMultiplier ?? 1));
  return byPrice[0] ?? models[0];
}

/** Models for VS Code's own small questions have room for a diff. */
const leastWindow = 100_000;

/** The model that costs least, of those with a known price and enough room; experimental ones last. */
export function cheapest(models: readonly Model[]): Model | undefined {
  const known = models.filter(
    ({ rateMultiplier, contextWindow }) => rateMultiplier !== undefined && contextWindow >= leastWindow,
  );
  return known.toSorted(
    (one, other) =>
      Number(isExperimental(one)) - Number(isExperimental(other)) ||
      (one.rateMultiplier ?? 0) - (other.rateMultiplier ?? 0),
  )[0];
}

/** Whether the service calls the model one that may change or go away. It says so in words only. */
export function isExperimental({ description }: Model): boolean {
  return /\b(experimental|preview)\b/i.test(description ?? '');
}

const acronyms = new Set(['gpt', 'glm', 'oss']);

/** A readable name for an id the catalog does not name: `claude-opus-4.8` → `Claude Opus 4.8`. */
export function nameOf(id: string): string {
  return id
    .split('-')
    .map((word) => (acronyms.has(word) ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1)))
    .join(' ');
}

const builtIn = (
  id: string,
  contextWindow: number,
  maxOutputTokens: number,
  rateMultiplier: number,
): Model => ({
  id,
  name: nameOf(id),
  contextWindow,
  maxOutputTokens,
  images: true,
  rateMultiplier,
});

/** What to offer while an account's own catalog was never reached. Small: models that every plan was seen to have. */
export const builtInModels: readonly Model[] = [
  builtIn('claude-sonnet-4.5', 200_000, 64_000, 1.3),
  builtIn('claude-sonnet-4', 200_000, 64_000, 1.3),
  builtIn('claude-haiku-4.5', 200_000, 64_000, 0.4),
];
