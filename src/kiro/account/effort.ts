import { isRecord } from '../../base/json';
import type { Model } from './models';

/** How a model's reasoning effort is set, and which levels it has. */
export type EffortControl =
  | {
      /** Fields of the request, exactly as the model's own schema allows them. */
      kind: 'fields';
      family: 'output_config' | 'reasoning';
      levels: string[];
      default: string;
      /** The `thinking` object to send along, where the schema has one. */
      thinking?: Record<string, string> | undefined;
    }
  /** Models of the generation that has no such fields reason when tags in the system text ask for it. */
  | { kind: 'tags'; levels: string[]; default: string };

const tagGeneration = /^claude-(sonnet|opus|haiku)-4(\.5)?$/;
/** Budgets in tokens for `<max_thinking_length>`. They count against the model's output. */
const tagBudgets: Readonly<Record<string, number>> = { low: 4_000, medium: 10_000, high: 20_000 };

/** How a model gives its reasoning: by events of its own, or, in the tag generation, between tags in its text. */
export function thinkingOf({ id, effort }: Pick<Model, 'id' | 'effort'>): 'native' | 'tags' {
  const isOfTags = effort ? effort.kind === 'tags' : tagGeneration.test(id);
  return isOfTags ? 'tags' : 'native';
}

export const noThinking = 'none';

/**
 * Reads a catalog row's `additionalModelRequestFieldsSchema`. The schemas are closed, so what they do not name is
 * never sent: Claude's is `output_config.effort` with `thinking`, GPT's is `reasoning.effort`.
 */
export function effortControl(modelId: string, schema: Schema | undefined): EffortControl | undefined {
  for (const family of ['output_config', 'reasoning'] as const) {
    const effort = property(property(schema, family), 'effort');
    const levels = strings(effort?.['enum']);
    if (levels.length === 0) continue;
    const thinking = family === 'output_config' ? thinkingFields(property(schema, 'thinking')) : undefined;
    return { kind: 'fields', family, levels, default: defaultLevel(levels, effort?.['default']), thinking };
  }
  if (!schema && tagGeneration.test(modelId)) {
    return { kind: 'tags', levels: [noThinking, ...Object.keys(tagBudgets)], default: noThinking };
  }
  return undefined;
}

/**
 * The `additionalModelRequestFields` for an effort, or nothing. A level the model does not have (a choice kept from
 * another model) is not sent; reasoning that can be shown is asked for either way.
 */
export function effortFields(
  control: EffortControl | undefined,
  effort: string | undefined,
): Record<string, unknown> | undefined {
  if (control?.kind !== 'fields') return undefined;
  const chosen = effort !== undefined && control.levels.includes(effort);
  if (!chosen && !control.thinking) return undefined;
  return {
    ...(chosen ? { [control.family]: { effort } } : {}),
    ...(control.thinking ? { thinking: control.thinking } : {}),
  };
}

/** The text that asks a model of the tag generation to reason, or nothing. It belongs at the head of the system text. */
export function effortTags(
  control: EffortControl | undefined,
  effort: string | undefined,
): string | undefined {
  const budget = control?.kind === 'tags' && effort !== undefined ? tagBudgets[effort] : undefined;
  if (budget === undefined) return undefined;
  return `<thinking_mode>enabled</thinking_mode><max_thinking_length>${budget}</max_thinking_length>`;
}

type Schema = Record<string, unknown>;

// Without `display: summarized` recent models reason but return empty thinking.
function thinkingFields(schema: Schema | undefined): Record<string, string> | undefined {
  const fields: Record<string, string> = {};
  if (allows(property(schema, 'type'), 'adaptive')) fields['type'] = 'adaptive';
  if (allows(property(schema, 'display'), 'summarized')) fields['display'] = 'summarized';
  return fields['type'] ? fields : undefined;
}

function allows(schema: Schema | undefined, value: string): boolean {
  return schema !== undefined && (schema['const'] === value || strings(schema['enum']).includes(value));
}

// What the service does when nothing is sent is not told; `high` is what Claude's own API defaults to.
function defaultLevel(levels: string[], declared: unknown): string {
  if (typeof declared === 'string' && levels.includes(declared)) return declared;
  if (levels.includes('high')) return 'high';
  return levels[Math.floor(levels.length / 2)] ?? '';
}

function property(schema: Schema | undefined, name: string): Schema | undefined {
  const properties = schema?.['properties'];
  const value = isRecord(properties) ? properties[name] : undefined;
  return isRecord(value) ? value : undefined;
}

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
