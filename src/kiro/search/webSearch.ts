/**
 * Kiro's own web search, a remote MCP server of the service: whether an account may search, and what is found. What of it is shown,
 * and how, is no business of this folder.
 */
import * as v from 'valibot';
import { KiroError } from '../../base/errors';
import { parseJson } from '../../base/json';
import { isAmazonHost } from '../transport/hosts';
import type { Asker, KiroHttp } from '../transport/kiroHttp';

/** Whether an account may search: `disabled` where its organization has turned it off. */
export type SearchRight = 'yes' | 'no' | 'disabled';

/** A page that was found. */
export interface SearchResult {
  title: string;
  url: string;
  snippet: string;
  /** Epoch milliseconds; undefined where the service names no day. */
  publishedAt: number | undefined;
}

const tool = 'web_search';
const timeoutMs = 30_000;
const mostResults = 10;

const optional = <S extends v.GenericSchema>(schema: S) => v.fallback(v.nullish(schema), undefined);
const Reply = v.object({
  result: optional(v.record(v.string(), v.unknown())),
  error: optional(v.object({ message: optional(v.string()) })),
});
const Tools = v.object({ tools: v.array(v.object({ name: v.string() })) });
const Called = v.object({
  content: v.array(v.object({ type: v.string(), text: optional(v.string()) })),
  isError: optional(v.boolean()),
});
const Found = v.object({ results: v.array(v.unknown()), error: optional(v.string()) });
const Row = v.object({
  title: optional(v.string()),
  url: v.string(),
  snippet: optional(v.string()),
  publishedDate: optional(v.union([v.string(), v.number()])),
});

/** Searches the web in the name of an account. */
export class WebSearch {
  private calls = 0;

  constructor(private readonly http: Pick<KiroHttp, 'open' | 'text'>) {}

  /** Asks for the list of tools, which costs nothing. Throws KiroError where that says nothing of the account. */
  async right(asker: Asker): Promise<SearchRight> {
    try {
      const { tools } = checked(Tools, await this.call(asker, 'tools/list', {}));
      return tools.some(({ name }) => name === tool) ? 'yes' : 'no';
    } catch (error) {
      if (!(error instanceof KiroError)) throw error;
      if (error.reason === disabledReason) return 'disabled';
      if (error.code === 'forbidden' || error.code === 'bad-request' || error.status === 404) return 'no';
      throw error;
    }
  }

  /** What the web has on this. Throws KiroError, with the reason `SEARCH_DISABLED` where the organization has turned it off. */
  async search(query: string, asker: Asker): Promise<SearchResult[]> {
    const result = checked(
      Called,
      await this.call(asker, 'tools/call', { name: tool, arguments: { query } }),
    );
    const text = result.content.map((part) => part.text ?? '').join('');
    if (result.isError) throw refusal(text);
    const found = checked(Found, parseJson(text));
    if (found.error) throw refusal(found.error);
    return found.results.flatMap(resultOf).slice(0, mostResults);
  }

  private async call(asker: Asker, method: string, params: Record<string, unknown>): Promise<unknown> {
    const signal = AbortSignal.any([asker.signal, AbortSignal.timeout(timeoutMs)]);
    const id = `web-search-${++this.calls}`;
    try {
      // Without the right, an account is refused as it would be without a profile.
      const asked = { ...asker, signal, looksForProfile: false };
      const opened = await this.http.open('runtime', asked, (host, session) => {
        const profileArn = session.profileArn ?? session.fallbackProfileArn;
        // The official model has the profile in a header; the newer host wants it in the body.
        const isHeader = isAmazonHost(host) && profileArn !== undefined;
        return {
          method: 'POST',
          path: '/mcp',
          headers: {
            'content-type': 'application/json',
            ...(isHeader ? { 'x-amzn-kiro-profile-arn': profileArn } : {}),
          },
          body: JSON.stringify({ jsonrpc: '2.0', id, method, params, ...(isHeader ? {} : { profileArn }) }),
        };
      });
      const { result, error } = checked(Reply, parseJson(await this.http.text(opened, signal)));
      if (error) throw refusal(error.message ?? '');
      return result;
    } catch (error) {
      if (error instanceof KiroError && saysDisabled(error.detail)) throw refusal(error.detail ?? '');
      if (signal.aborted && !asker.signal.aborted)
        throw new KiroError('timeout', { reason: 'no-answer', cause: error });
      throw error;
    }
  }
}

/** The reason where an organization has turned web search off. */
export const disabledReason = 'SEARCH_DISABLED';

const saysDisabled = (text: string | undefined) => /\bdisabled by (your|the|an) /i.test(text ?? '');

function refusal(text: string): KiroError {
  if (saysDisabled(text)) return new KiroError('forbidden', { reason: disabledReason });
  return new KiroError('server', { reason: 'SEARCH_FAILED' });
}

/** Only what a person can open: a page says what its address is. */
function resultOf(row: unknown): SearchResult[] {
  const read = v.safeParse(Row, row);
  if (!read.success) return [];
  const { title, url, snippet, publishedDate } = read.output;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return [];
  const at = publishedDate === undefined ? Number.NaN : new Date(publishedDate ?? '').getTime();
  const publishedAt = Number.isFinite(at) && at > 0 ? at : undefined;
  return [
    { title: title?.trim() || url, url: new URL(url).href, snippet: snippet?.trim() ?? '', publishedAt },
  ];
}

function checked<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const read = v.safeParse(schema, value);
  if (read.success) return read.output;
  throw new KiroError('protocol', { reason: 'search', detail: v.getDotPath(read.issues[0]) ?? 'body' });
}
