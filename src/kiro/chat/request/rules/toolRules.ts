import { limits } from '../limits';
import { isRecord } from '../tools/schemaParts';
import type { WireRequest, WireTool } from '../wire';
import { isProperSchema } from './jsonSchema';
import { type Placed, placed } from './placedMessages';
import type { Rule } from './rules';

const goodName = new RegExp(`^[a-z][a-z0-9_-]{0,${limits.toolNameChars - 1}}$`, 'i');
const goodId = /^[\w-]{1,64}$/;

const isBlank = (text: string | undefined): boolean => (text ?? '').trim() === '';
const specificationsOf = (body: WireRequest): WireTool['toolSpecification'][] =>
  toolsOf(body).flatMap(({ toolSpecification }) => toolSpecification ?? []);
// A broken request may have other kinds of elements among its tools.
const toolsOf = (body: WireRequest): Partial<WireTool>[] =>
  placed(body).at(-1)?.user?.userInputMessageContext?.tools ?? [];
const resultsOf = ({ user }: Placed) => user?.userInputMessageContext?.toolResults ?? [];
const callsOf = (body: WireRequest) =>
  placed(body).flatMap(({ path, assistant }) => (assistant?.toolUses ?? []).map((use) => ({ path, use })));

/** The calls and the results of a request, matched: an answer's calls with the results of the user message after it. */
function pairs(body: WireRequest): { calls: string[]; results: string[]; path: string }[] {
  let calls: string[] = [];
  return placed(body).flatMap((message) => {
    calls.push(...(message.assistant?.toolUses ?? []).map(({ toolUseId }) => toolUseId));
    if (!message.user) return [];
    const pair = { calls, results: resultsOf(message).map(({ toolUseId }) => toolUseId), path: message.path };
    calls = [];
    return [pair];
  });
}

const again = (names: string[]): string[] => names.filter((name, index) => names.indexOf(name) < index);

/** How tools are declared, and how calls and results belong together. */
export const toolRules: readonly Rule[] = [
  {
    name: 'tools-in-history',
    broken: (body) =>
      placed(body)
        .slice(0, -1)
        .filter(({ user }) => user?.userInputMessageContext?.tools)
        .map(({ path }) => path),
  },
  {
    name: 'cache-point-in-tools',
    broken: (body) =>
      toolsOf(body).flatMap(({ toolSpecification }, at) => (toolSpecification ? [] : [`tools[${at}]`])),
  },
  {
    name: 'tool-name',
    broken: (body) =>
      [...specificationsOf(body), ...callsOf(body).map(({ use }) => use)]
        .filter(({ name }) => !goodName.test(name))
        .map(({ name }) => name),
  },
  { name: 'tool-duplicate', broken: (body) => again(specificationsOf(body).map(({ name }) => name)) },
  {
    name: 'tool-description',
    broken: (body) =>
      specificationsOf(body)
        .filter(
          ({ description: text }) => isBlank(text) || Buffer.byteLength(text) > limits.toolDescriptionBytes,
        )
        .map(({ name }) => name),
  },
  {
    name: 'tool-schema',
    broken: (body) =>
      specificationsOf(body)
        .filter(({ inputSchema }) => !isProperSchema(inputSchema.json))
        .map(({ name }) => name),
  },
  {
    name: 'tool-not-declared',
    broken: (body) => {
      const known = new Set(specificationsOf(body).map(({ name }) => name.toLowerCase()));
      return callsOf(body)
        .filter(({ use }) => !known.has(use.name.toLowerCase()))
        .map(({ path }) => path);
    },
  },
  {
    name: 'tool-use-id',
    broken: (body) =>
      callsOf(body)
        .filter(({ use }) => !goodId.test(use.toolUseId))
        .map(({ path }) => path),
  },
  {
    name: 'tool-use-duplicate',
    broken: (body) => again(callsOf(body).map(({ use }) => use.toolUseId)),
  },
  {
    name: 'tool-use-input',
    broken: (body) =>
      callsOf(body)
        .filter(({ use }) => !isRecord(use.input) || hasNamelessMember(use.input))
        .map(({ path }) => path),
  },
  {
    name: 'tool-use-without-result',
    broken: (body) =>
      pairs(body).flatMap(({ calls, results, path }) =>
        calls.some((id) => !results.includes(id)) ? [path] : [],
      ),
  },
  {
    name: 'tool-result-orphan',
    broken: (body) =>
      pairs(body).flatMap(({ calls, results, path }) =>
        results.some((id) => !calls.includes(id)) ? [path] : [],
      ),
  },
  {
    name: 'tool-result-duplicate',
    broken: (body) => pairs(body).flatMap(({ results, path }) => (again(results).length > 0 ? [path] : [])),
  },
  {
    name: 'tool-result-empty',
    broken: (body) =>
      brokenResults(
        body,
        (content) => content.length === 0 || content.some((one) => !('json' in one) && isBlank(one.text)),
      ),
  },
  {
    name: 'tool-result-too-long',
    broken: (body) =>
      brokenResults(
        body,
        (content) => content.map(({ text }) => text ?? '').join('').length > limits.toolResultChars,
      ),
  },
];

function brokenResults(body: WireRequest, isBroken: (content: { text: string }[]) => boolean): string[] {
  return placed(body)
    .filter((message) => resultsOf(message).some(({ content }) => isBroken(content)))
    .map(({ path }) => path);
}

function hasNamelessMember(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return (!Array.isArray(value) && '' in value) || Object.values(value).some(hasNamelessMember);
}
