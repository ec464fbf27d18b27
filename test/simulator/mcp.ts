/** The service's remote tools, as JSON-RPC: a list that costs nothing, and one tool, which searches the web. */
import type { SimulatedAccount } from './account';
import { accessDenied, notAuthorized, profileArnRequired, validationError } from './httpErrors';
import type { Operation } from './operations';
import type { Received } from './received';
import { type HttpReply, isRecord, json } from './reply';

type McpOperation = Extract<Operation, 'search-right' | 'search'>;

/** A page of the simulated web. */
export interface WebPage {
  title?: string;
  url: string;
  snippet?: string;
  publishedDate?: number | string;
}

/** Whether an account may search. */
export type WebAccess = 'allowed' | 'without-right' | 'disabled' | 'breaks';

/** What the service says where an organization has turned the tool off. */
export const disabledByOrganization = 'The web_search tool is disabled by your organization.';

const byMethod: Record<string, McpOperation> = { 'tools/list': 'search-right', 'tools/call': 'search' };

/** Which operation a request to the remote tools means; undefined if none. */
export function mcpOperation(request: Received): McpOperation | undefined {
  if (request.method !== 'POST' || request.path !== '/mcp' || !isRecord(request.body)) return undefined;
  return byMethod[String(request.body['method'])];
}

/** The answer to such a request of this account. */
export function callMcp(operation: McpOperation, request: Received, account: SimulatedAccount): HttpReply {
  const body = isRecord(request.body) ? request.body : {};
  const { jsonrpc, id, profileArn, params } = body;
  if (jsonrpc !== '2.0' || id === undefined) return validationError();
  // The hosts of one generation read the profile in the body, those of the other in a header.
  const isAmazon = request.host.endsWith('.amazonaws.com');
  const named = isAmazon ? request.headers['x-amzn-kiro-profile-arn'] : profileArn;
  if (account.profileArn !== undefined && named === undefined) return profileArnRequired();
  if (named !== undefined && named !== account.profileArn) return notAuthorized();
  if (account.webAccess === 'without-right') return accessDenied('This feature is not part of your plan.');
  const reply = (result: unknown) => json(200, { jsonrpc, id, result });
  if (operation === 'search-right') {
    const tools = account.webAccess === 'disabled' ? [] : [{ name: 'web_search', inputSchema: {} }];
    return reply({ tools });
  }
  const failed = (text: string) => reply({ content: [{ type: 'text', text }], isError: true });
  if (account.webAccess === 'disabled') return failed(disabledByOrganization);
  if (account.webAccess === 'breaks') return failed('Something went wrong.');
  const query = queryOf(params);
  if (query === undefined) return validationError();
  account.searches.push(query);
  const found = { results: account.web, totalResults: account.web.length, query, error: null };
  return reply({ content: [{ type: 'text', text: JSON.stringify(found) }], isError: false });
}

function queryOf(params: unknown): string | undefined {
  if (!isRecord(params) || params['name'] !== 'web_search' || !isRecord(params['arguments']))
    return undefined;
  const { query } = params['arguments'];
  return typeof query === 'string' && query !== '' ? query : undefined;
}
