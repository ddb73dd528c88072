// Connections of both protocols.
import { Part, html, nothing } from '../base.js';
import { act, api } from '../store.js';
import { title } from '../parts.js';
import { bytes, since } from '../format.js';

class ConnectionsPage extends Part {
  #columns = [
    {
      label: 'Protocol',
      sort: 'protocol',
      cell: (row) =>
        row.protocol === 'kafka'
          ? html`<span class="log lane-name"><span class="dot"></span>Kafka</span>`
          : html`<span class="queue lane-name"><span class="dot"></span>AMQP</span>`,
    },
    { label: 'Peer', sort: 'name', cell: (row) => html`<code>${row.name}</code>` },
    { label: 'Client', sort: 'client', cell: (row) => html`${row.client} <span class="quiet">${row.software}</span>` },
    { label: 'User', cell: (row) => row.user || html`<span class="quiet">–</span>` },
    { label: 'Detail', cell: (row) => row.detail },
    { label: 'Open for', sort: 'connectedAt', number: true, cell: (row) => since(row.connectedAt) },
    { label: 'In', sort: 'bytesIn', number: true, cell: (row) => bytes(row.bytesIn) },
    { label: 'Out', sort: 'bytesOut', number: true, cell: (row) => bytes(row.bytesOut) },
    {
      label: '',
      cell: (row) =>
        row.protocol === 'amqp'
          ? html`<sure-button label="Close" question="Close it?" .action=${() => this.#close(row.name)}></sure-button>`
          : nothing,
    },
  ];

  render() {
    return html`
      ${title('Connections', '', 'Everybody who talks to this broker, on either port.')}
      <list-table
        path="/connections"
        noun="connections"
        .columns=${this.#columns}
        .empty=${html`Nobody is connected. <a href="#/">The overview</a> has programs to paste.`}
      ></list-table>
    `;
  }

  async #close(name) {
    await act(
      () => api(`/connections/amqp/${encodeURIComponent(name)}`, { method: 'DELETE' }),
      (answer) => answer.message,
    );
    this.querySelector('list-table').load();
  }
}

customElements.define('connections-page', ConnectionsPage);
