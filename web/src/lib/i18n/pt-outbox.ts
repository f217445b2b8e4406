/** The words of the outbox, and of mails that came back. */

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many)

export const outbox = {
  title: 'Caixa de saída',
  lead: {
    outbox: 'E-mails deste arquivo, preparados para os pagadores. Ficam na caixa de saída local: nenhum saiu para a internet.',
    smtp: 'E-mails deste arquivo que um servidor SMTP aceitou. O conteúdo deles não fica guardado aqui.',
    simulate: 'Os envios deste arquivo foram simulados: nenhum e-mail foi feito.',
  } as Partial<Record<string, string>>,
  list: 'E-mails',
  searchLabel: 'Buscar e-mail',
  searchPlaceholder: 'Código, CPF/CNPJ ou e-mail, inteiros',
  file: 'Arquivo',
  notListed: 'O e-mail aberto não está nesta lista.',
  find: 'Buscar',
  emptyTitle: 'Nenhum e-mail ainda',
  emptyBody: 'Assim que os boletos de um envio forem emitidos, os e-mails aparecem aqui.',
  noMatchTitle: 'Nada encontrado',
  noMatchBody: (file: string | undefined) =>
    `A busca por CPF/CNPJ ou e-mail é ${file === undefined ? 'num arquivo só' : `só em “${file}”`}; pelo código, em todos. Em ambos, por inteiro.`,
  pickTitle: 'Escolha um e-mail',
  pickBody: 'A mensagem e o boleto anexo abrem aqui.',
  subject: 'Assunto',
  from: 'De',
  to: 'Para',
  date: 'Data',
  view: 'Formato da mensagem',
  html: 'Formatada',
  text: 'Texto',
  messageFrame: 'Mensagem formatada',
  attachments: 'Anexos',
  openPdf: 'Abrir boleto (PDF)',
  eml: 'Baixar .eml',
  backToList: 'Voltar à lista',
  due: (date: string) => `vence ${date}`,
}

export const bounces = {
  title: 'E-mails devolvidos',
  lead: 'Um servidor recebeu estes e-mails e os devolveu depois: os pagadores não os leram. A um endereço bloqueado nada mais é enviado.',
  table: 'E-mails devolvidos do envio',
  address: 'Endereço',
  at: 'Devolvido em',
  reason: 'Resposta do servidor',
  debtId: 'Código da dívida',
  suppressed: 'Bloqueado',
  active: 'Não bloqueado',
  more: 'Carregar mais',
  download: 'Baixar para o Excel (CSV)',
}

export const resend = {
  FAILED: {
    button: (count: number) => plural(count, 'Reenviar o não entregue', 'Reenviar os não entregues'),
    title: 'Enviar de novo o que não foi entregue?',
    body: 'A mesma mensagem sai de novo. Um endereço que um servidor recusou de vez fica de fora; a resposta diz quantos são.',
  },
  UNCERTAIN: {
    button: (count: number) => plural(count, 'Reenviar o incerto', 'Reenviar os incertos'),
    title: 'Enviar de novo o que ficou incerto?',
    body: 'A conexão caiu antes da resposta: o e-mail pode já ter chegado. Quem o recebeu vai recebê-lo duas vezes, com o mesmo boleto.',
  },
  SUPPRESSED: {
    button: (count: number) => plural(count, 'Enviar também a este', 'Enviar também a estes'),
    title: 'Enviar também a quem está bloqueado?',
    body: 'O que um servidor recusou de vez deixa a lista de bloqueados. Escrever muito a endereços que não existem prejudica a entrega dos outros.',
  },
  confirm: 'Enviar de novo',
  mails: (count: number, formatted: string) =>
    count === 0 ? 'Nenhum e-mail a enviar de novo.' : `${formatted} ${plural(count, 'e-mail posto', 'e-mails postos')} para novo envio.`,
  suppressed: (count: number, formatted: string) =>
    `${formatted} ${plural(count, 'ficou de fora: o endereço está bloqueado', 'ficaram de fora: os endereços estão bloqueados')}.`,
}

export const pdf = {
  title: 'Boleto',
  frame: 'Boleto em PDF',
  newTab: 'Abrir em nova aba',
  download: 'Baixar PDF',
  noViewer: 'Este navegador não mostra PDFs dentro da página. Abra em nova aba ou baixe o arquivo.',
}

export const mailReasons = {
  blocked: 'O endereço está bloqueado.',
  noAddress: 'O endereço não existe.',
  mailboxOff: 'A caixa postal está desativada.',
  mailboxFull: 'A caixa postal está cheia.',
  tooLarge: 'A mensagem é grande demais para o servidor.',
  refused: 'O servidor recusou a mensagem.',
  givenUp: 'O prazo de entrega acabou.',
  noAnswer: 'O servidor não respondeu.',
  later: 'O servidor pediu para tentar mais tarde.',
}
