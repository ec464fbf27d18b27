/** What the client makes of the service's refusals of a request, with everything in between. */
import assert from 'node:assert/strict';
import type { Message } from '../../../src/kiro/chat/conversation';
import { chatOf, collect, connect, modelOf, textOf } from '../../fixtures/kiroService';
import type { SimulatedAccount } from '../../simulator/account';
import { validationError } from '../../simulator/httpErrors';
import { Simulator } from '../../simulator/simulator';
import { closing, fail, text } from '../../simulator/steps';

describe('a request that the service rejects', () => {
  let simulator: Simulator;
  let account: SimulatedAccount;
  beforeEach(async () => {
    simulator = await Simulator.start();
    account = simulator.addAccount({ method: 'google', email: 'dev@example.com' });
  });
  afterEach(async () => {
    simulator.assertDone();
    await simulator.stop();
  });

  const ask = (tools = [{ name: 'read', description: 'Reads', inputSchema: awkward }]) => {
    const { client } = connect(simulator, account);
    const messages: Message[] = [{ role: 'user', content: [{ kind: 'text', text: 'Hi' }] }];
    const request = chatOf(messages, { tools });
    return collect(
      client.chat(request, modelOf(account, request.modelId), { signal: new AbortController().signal }),
    );
  };
  const awkward = {
    type: 'object',
    properties: { a: { oneOf: [{ type: 'string', format: 'uri' }, { type: 'null' }] } },
    additionalProperties: false,
  };
  const schemas = () =>
    simulator.chats.map(({ tools }) => (tools[0]?.inputSchema as { json?: unknown } | undefined)?.json);

  it('for a tool’s schema is sent once more with plain ones', async () => {
    simulator.script(fail(validationError('TOOL_SCHEMA_INVALID')));
    simulator.script(text('Hello'), closing());
    assert.equal(textOf(await ask()), 'Hello');
    assert.deepEqual(schemas(), [awkward, { type: 'object', properties: { a: { type: 'string' } } }]);
  });

  it('for a tool’s schema is not sent a third time', async () => {
    for (let time = 0; time < 2; time++) simulator.script(fail(validationError('TOOL_SCHEMA_INVALID')));
    await assert.rejects(ask(), { code: 'bad-request', reason: 'TOOL_SCHEMA_INVALID' });
    assert.equal(simulator.chats.length, 2);
  });
});
