/** One rule a test: the request that breaks it, and what the service answers. */
import assert from 'node:assert/strict';
import type { SimulatedAccount } from '../../simulator/account';
import { modelWithDocuments } from '../../simulator/catalog';
import type {
  AssistantResponseMessage,
  ChatBody,
  ChatMessage,
  ToolElement,
  UserInputMessage,
} from '../../simulator/chatBody';
import { Simulator } from '../../simulator/simulator';
import type { Rule } from '../../simulator/violations';
import { chat } from './requests';

export const user = (content: string, more: Partial<UserInputMessage> = {}): ChatMessage => ({
  userInputMessage: { content, modelId: 'claude-opus-5', origin: 'KIRO_CLI', ...more },
});
export const assistant = (content: string, more: Partial<AssistantResponseMessage> = {}): ChatMessage => ({
  assistantResponseMessage: { content, ...more },
});
export const tool = (name = 'grep', more: object = {}): ToolElement => ({
  toolSpecification: { name, description: 'Finds.', inputSchema: { json: { type: 'object' } }, ...more },
});
export const schema = (json: unknown) => tool('grep', { inputSchema: { json } });
export const call = (toolUseId: string, more: object = {}) => ({
  toolUseId,
  name: 'grep',
  input: {},
  ...more,
});
export const result = (toolUseId: string, content = [{ text: 'found' }]) => ({ toolUseId, content });
export const image = (bytes: Buffer, format = 'png') => ({
  format,
  source: { bytes: bytes.toString('base64') },
});

export const document = (name: string, bytes = 3) => ({
  name,
  format: 'pdf',
  source: { bytes: Buffer.alloc(bytes).toString('base64') },
});

/** A request that breaks no rule, but for what is changed in it. */
export function request(currentMessage: ChatMessage, history?: ChatMessage[], more: object = {}): ChatBody {
  return {
    conversationState: {
      currentMessage,
      chatTriggerType: 'MANUAL',
      ...(history ? { history } : {}),
    },
    ...more,
  };
}
export const offering = (...tools: ToolElement[]) =>
  request(user('Hi', { userInputMessageContext: { tools } }));
export const answering = (
  toolUses: ReturnType<typeof call>[],
  toolResults: ReturnType<typeof result>[],
  tools = [tool()],
) =>
  request(user('', { userInputMessageContext: { tools, toolResults } }), [
    user('Find it'),
    assistant('', { toolUses }),
  ]);
export const withState = (more: object): ChatBody => {
  const body = request(user('Hi'));
  return { ...body, conversationState: { ...body.conversationState, ...more } };
};

export interface Case {
  rule: Rule;
  when: string;
  body: unknown;
  /** The service's reason; none where absent. */
  reason?: string;
}

/** Tests that each request breaks its rule, that rule alone, and gets the answer the service has for it. */
export function testRules(about: string, cases: Case[]): void {
  describe(about, () => {
    let simulator: Simulator;
    let account: SimulatedAccount;
    before(async () => {
      simulator = await Simulator.start();
      account = simulator.addAccount({ method: 'google', email: 'ada@example.com' });
      account.models.push(modelWithDocuments());
    });
    after(() => simulator.stop());

    for (const { rule, when, body, reason } of cases) {
      it(`breaks the rule ${rule} (${when})`, async () => {
        const given = { profileArn: account.profileArn, ...(body as object) };
        const answer = await chat(simulator, account, given);
        const broken = simulator.chats.at(-1)?.violations.map((violation) => violation.rule) ?? [];
        assert.deepEqual([...new Set(broken)], [rule]);
        assert.equal(answer.status, 400);
        assert.equal(answer.headers.get('x-amzn-errortype'), 'ValidationException');
        const said = (await answer.json()) as { reason: string | null };
        assert.equal(said.reason, reason ?? null);
      });
    }
  });
}
