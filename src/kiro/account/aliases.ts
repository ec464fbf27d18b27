import type { Model } from './models';
import { isExperimental } from './models';

/** A name that stands for whichever model is the newest, so that a setting outlives the model of today. */
export interface Alias {
  name: string;
  model: Model;
}

const suffix = '-latest';
/** A version is a part of its own in an id: `claude-opus-4.8`, `gpt-5.6-terra`. Longer numbers are dates. */
const versionPart = /-(\d{1,3}(?:\.\d{1,3})*)(?=-|$)/;

/** What remains of an id without its version: `claude-opus-4.8` → `claude-opus`. Undefined where it has none. */
export function familyOf({ id }: Pick<Model, 'id'>): string | undefined {
  return versionPart.test(id) ? id.replace(versionPart, '') : undefined;
}

/**
 * Every name besides the ids: `claude-sonnet-latest` for each family, and the person's own. A model's id stands for that model
 * alone, whatever the person calls theirs. A name that leads to no model is left out.
 */
export function aliasesOf(models: readonly Model[], own: Readonly<Record<string, string>>): Alias[] {
  const families = new Set(models.map(familyOf).filter((family) => family !== undefined));
  const names = new Set([...[...families].map((family) => family + suffix), ...Object.keys(own)]);
  const ids = new Set(models.map(({ id }) => id));
  return [...names]
    .filter((name) => name.trim() !== '' && !ids.has(name))
    .flatMap((name) => {
      const model = modelCalled(name, models, own);
      return model ? [{ name, model }] : [];
    });
}

/** The model of this id, or the one that the name stands for: of a person's own, or the newest of a family. */
export function modelCalled(
  name: string,
  models: readonly Model[],
  own: Readonly<Record<string, string>>,
): Model | undefined {
  const byId = models.find(({ id }) => id === name);
  if (byId) return byId;
  // One step only: names that lead to each other end here.
  const target = Object.hasOwn(own, name) ? (own[name] ?? '') : name;
  return models.find(({ id }) => id === target) ?? newestOf(target.replace(/-latest$/, ''), models);
}

/** The newest model of a family; one that the service calls experimental only where it has no other. */
function newestOf(family: string, models: readonly Model[]): Model | undefined {
  const members = models.filter((model) => familyOf(model) === family);
  return members.toSorted(
    (one, other) =>
      Number(isExperimental(one)) - Number(isExperimental(other)) || compareVersions(other.id, one.id),
  )[0];
}

function compareVersions(one: string, other: string): number {
  const [ones, others] = [one, other].map((id) => versionPart.exec(id)?.[1]?.split('.').map(Number) ?? []);
  for (const at of [0, 1, 2]) {
    const difference = (ones?.[at] ?? 0) - (others?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
