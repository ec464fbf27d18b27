import type { EffortControl } from '../../../account/effort';
import { isRecord } from '../tools/schemaParts';
import { placed } from './placedMessages';
import type { Rule } from './rules';

/** What depends on the chosen model's row of the catalog. */
export const modelRules: readonly Rule[] = [
  {
    name: 'unknown-model',
    broken: (body, model) =>
      placed(body)
        .slice(-1)
        .filter(({ user }) => user && user.modelId !== model.id)
        .map(({ path }) => `${path}.modelId`),
  },
  {
    name: 'cache-point-unsupported',
    broken: (body, model) => {
      const points = placed(body).filter(({ user, assistant }) => (user ?? assistant)?.cachePoint);
      return points.slice(model.cachePoints ?? 0).map(({ path }) => path);
    },
  },
  {
    name: 'model-fields',
    broken: ({ additionalModelRequestFields: fields }, { effort }) =>
      fields === undefined || areFieldsOf(effort, fields) ? [] : ['additionalModelRequestFields'],
  },
];

// The catalog's schemas are closed: only what was read from them may be sent.
function areFieldsOf(control: EffortControl | undefined, fields: unknown): boolean {
  if (control?.kind !== 'fields' || !isRecord(fields)) return false;
  const { [control.family]: family, thinking, ...others } = fields;
  if (Object.keys(others).length > 0) return false;
  return (
    (family === undefined || isEffort(family, control)) &&
    (thinking === undefined || isSame(thinking, control.thinking))
  );
}

function isEffort(family: unknown, { levels }: Extract<EffortControl, { kind: 'fields' }>): boolean {
  if (!isRecord(family)) return false;
  const { effort, ...others } = family;
  return (
    Object.keys(others).length === 0 && (effort === undefined || levels.some((level) => level === effort))
  );
}

function isSame(given: unknown, known: Record<string, string> | undefined): boolean {
  if (!isRecord(given) || !known) return false;
  return 'type' in given && Object.entries(given).every(([name, value]) => known[name] === value);
}
