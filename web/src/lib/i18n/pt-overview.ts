const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many)

const counted = (one: string, many: string) => (count: number, formatted: string) =>
  `${formatted} ${plural(count, one, many)}`

/** The words of the sums of a period on the first page, and of what waits at the bank. */
export const overview = {
  sums: 'Resumo do período',
  billed: 'Emitido',
  boletos: counted('boleto', 'boletos'),
  files: counted('arquivo', 'arquivos'),
  notIssued: (_count: number, formatted: string) => `${formatted} na fila`,
  made: {
    smtp: { title: 'E-mails entregues', many: 'entregues' },
    outbox: { title: 'E-mails na caixa de teste', many: 'na caixa de teste' },
    simulate: { title: 'E-mails simulados', many: 'simulados' },
    unknown: { title: 'E-mails', many: 'prontos' },
  },
  notDelivered: counted('não entregue', 'não entregues'),
  uncertain: counted('incerto', 'incertos'),
  underWay: (_count: number, formatted: string) => `${formatted} em andamento`,
  ofRemoved: (count: number, formatted: string) =>
    `mais ${formatted} ${plural(count, 'de arquivo cancelado', 'de arquivos cancelados')}`,
  rejects: 'Rejeitadas em aberto',
  noRejects: 'Nada a corrigir',
  inFiles: (count: number, formatted: string) => `em ${formatted} ${plural(count, 'arquivo', 'arquivos')}`,
  due: 'Vencem em 7 dias',
  paid: 'Recebido',
  payments: counted('pagamento', 'pagamentos'),
  chart: {
    title: 'Boletos por dia',
    lead: 'Últimos dias úteis, pelo dia do envio do arquivo',
    notDelivered: 'não entregues ou incertos',
    underWay: 'em andamento',
    asTable: 'Ver como tabela',
    asChart: 'Ver como gráfico',
    day: 'Dia',
    billings: 'Boletos',
    amount: 'Valor',
    notDeliveredMails: 'Não entregues',
    uncertainMails: 'Incertos',
    underWayMails: 'Em andamento',
    largest: (formatted: string) => `maior dia: ${formatted}`,
    empty: 'Nenhum boleto nestes dias.',
    bar: (day: string, billings: string, made: string, notDelivered: string, underWay: string) =>
      `${day}: ${billings} boletos; ${made}, ${notDelivered} não entregues ou incertos, ${underWay} em andamento`,
  },
  waiting: {
    atLeast: (formatted: string) => `mais de ${formatted}`,
    returned: { told: counted('e-mail devolvido', 'e-mails devolvidos'), button: 'Ver e corrigir' },
    refused: { told: counted('título recusado pelo banco', 'títulos recusados pelo banco'), button: 'Ver e corrigir' },
    held_back: { told: counted('título retido na última remessa', 'títulos retidos na última remessa'), button: 'Ver motivos' },
    suspense: { told: counted('pagamento sem cobrança conhecida', 'pagamentos sem cobrança conhecida'), button: 'Decidir' },
  },
}
