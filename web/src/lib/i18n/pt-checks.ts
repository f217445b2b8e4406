const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many)

/** The words of *Conferir*: a file that was read, and of which nothing was billed yet. */
export const checks = {
  send: 'Enviar arquivo',
  dropHere: 'Solte o arquivo para conferir',
  dropHint: 'Nada é emitido antes de você confirmar.',
  busy: 'Espere: outro arquivo ainda está sendo enviado.',
  strip: {
    sending: (name: string, percent: string) => `Enviando “${name}”: ${percent}`,
    checking: (name: string) => `Conferindo “${name}”…`,
    failed: (name: string) => `“${name}” não foi enviado.`,
    checked: (name: string) => `“${name}” está conferido.`,
    see: 'Ver',
    open: 'Conferir',
  },
  title: (name: string) => `Conferir ${name}`,
  lead: 'Nada foi emitido nem enviado ainda. Confira e confirme.',
  sendingLead: 'O arquivo está a caminho. Nada será emitido sem você confirmar.',
  keptUntil: (when: string) => `Fica guardado até ${when}.`,
  chooseOther: 'Escolher outro arquivo',
  chooseAgain: 'Escolher o arquivo de novo',
  resend: 'Tentar de novo',
  discard: 'Descartar',
  reading: 'Lendo o arquivo de novo…',
  summary: {
    label: 'O que será emitido',
    issued: 'Serão emitidos',
    boletos: (count: number) => plural(count, 'boleto', 'boletos'),
    amount: 'Soma',
    between: (least: string, largest: string) =>
      least === largest ? `${least} cada` : `de ${least} a ${largest}`,
    due: 'Vencimentos',
    days: (first: string, last: string) => (first === last ? first : `${first} a ${last}`),
    out: 'Ficam de fora',
    ofRecords: (count: number, formatted: string) =>
      `de ${formatted} ${plural(count, 'linha', 'linhas')} no arquivo`,
    rejected: (count: number, formatted: string) =>
      `${formatted} ${plural(count, 'rejeitada', 'rejeitadas')}`,
    duplicates: (count: number, formatted: string) =>
      `${formatted} ${plural(count, 'já cobrada ou repetida', 'já cobradas ou repetidas')}`,
    conflicts: (count: number, formatted: string) =>
      `${formatted} ${plural(count, 'delas com outro valor ou vencimento', 'delas com outro valor ou vencimento')}`,
  },
  found: {
    title: 'O que encontramos',
    nothing: 'Nada a corrigir: todas as linhas podem ser cobradas.',
    decide: 'Você decide',
    out: 'Ficam de fora',
    outHint: 'As rejeitadas ficam guardadas no envio, para corrigir e mandar depois.',
    look: 'Serão emitidas, mas confira',
    rows: (count: number) => plural(count, 'linha', 'linhas'),
    line: (line: string) => `linha ${line}`,
    forExample: 'Por exemplo,',
    more: (count: number) => (count === 1 ? 'Ver mais um exemplo' : `Ver mais ${count} exemplos`),
    examples: (count: number) => `Ver ${count} exemplos`,
    conflict: 'Vale o que já foi cobrado. Para mudar, cancele a cobrança e envie a linha de novo.',
    asked: 'Reparo pedido',
  },
  repairs: {
    lost_zeros: 'Planilhas tiram os zeros da esquerda; com eles o número é um CPF ou CNPJ válido.',
    lost_zeros_ask: 'Completar com zeros',
    lost_zeros_done: 'Completados com zeros à esquerda.',
    thousands: (example: string) =>
      `“${example}” pode ser milhar ou centavos. As outras linhas mostram os centavos de outro modo.`,
    thousands_ask: 'São milhares',
    thousands_done: 'Lidos como milhares.',
    past: 'O vencimento já passou.',
    past_accept: 'Emitir assim mesmo',
    past_reject: 'Deixar de fora',
    undo: 'Desfazer',
  },
  read: {
    title: 'Como lemos o arquivo',
    is: 'Dado',
    column: 'Coluna do arquivo',
    columnFor: (meaning: string) => `Coluna do arquivo para ${meaning}`,
    choose: 'Escolha a coluna…',
    unnamed: (letter: string) => `coluna ${letter}, sem nome`,
    twice: (name: string, letter: string) => `${name} (coluna ${letter})`,
    told: 'escolhida por você',
    remembered: 'A escolha vale também para os próximos arquivos com este cabeçalho.',
    forget: 'Esquecer as escolhas',
    alsoCnpj: (name: string) => `e ${name}`,
    sheet: 'Aba da planilha',
    encoding: 'Formato',
    encodings: {
      'utf-8': 'UTF-8',
      'windows-1252': 'Windows-1252 (acentos do Windows)',
      xlsx: 'planilha Excel (.xlsx)',
      xls: 'planilha Excel (.xls)',
      ods: 'planilha .ods',
    } as Partial<Record<string, string>>,
    delimiter: 'Separador',
    delimiters: { ',': 'vírgula', ';': 'ponto e vírgula', '\t': 'tabulação', '|': 'barra' } as Partial<Record<string, string>>,
    decimals: 'Centavos',
    decimal: { point: 'depois de ponto', comma: 'depois de vírgula', any: 'o arquivo não mostra' } as Partial<Record<string, string>>,
    dates: 'Datas',
    date: { plain: 'sem dúvida de ordem', 'day-first': 'dia antes do mês', 'month-first': 'mês antes do dia' } as Partial<Record<string, string>>,
    ignored: 'Não lidas',
  },
  columns: {
    name: 'Nome',
    governmentId: 'CPF/CNPJ',
    email: 'E-mail',
    debtAmount: 'Valor',
    debtDueDate: 'Vencimento',
    debtId: 'Código da dívida',
  } as Record<string, string>,
  first: {
    title: 'As primeiras cobranças',
    lead: 'Como sairão no boleto e no e-mail.',
    line: 'Linha',
    payer: 'Pagador',
  },
  start: {
    label: (count: number, formatted: string, amount: string) =>
      `Emitir ${formatted} ${plural(count, 'boleto', 'boletos')} · ${amount}`,
    mails: {
      smtp: (count: number, formatted: string) =>
        `E-mails de verdade: ${formatted} ${plural(count, 'pagador recebe', 'pagadores recebem')} o boleto assim que for emitido.`,
      outbox: () => 'Nenhum e-mail sai: eles ficam na caixa de saída de teste.',
      simulate: () => 'Simulação: nenhum PDF é feito e nenhum e-mail sai.',
    } as Partial<Record<string, (count: number, formatted: string) => string>>,
    confirmTitle: (count: number, formatted: string) =>
      `Emitir e enviar ${formatted} ${plural(count, 'boleto', 'boletos')}?`,
    confirmBody: (mails: string, amount: string) =>
      `${mails} Soma: ${amount}. O que sai não volta.`,
    confirm: 'Emitir e enviar',
  },
  nothing: {
    title: 'Não há boletos a emitir',
    rejected: 'Nenhuma linha pode ser cobrada como está. Veja abaixo os motivos; confira as colunas ou corrija o arquivo e envie-o de novo.',
    duplicates: 'Todas as linhas já foram cobradas. Para mudar uma cobrança, cancele-a e envie a linha de novo.',
  },
  started: {
    title: 'Este arquivo já foi emitido',
    body: 'A emissão já começou; acompanhe no envio.',
    open: 'Abrir o envio',
  },
  repeated: {
    title: 'Este arquivo já tinha sido enviado',
    body: 'Os bytes são os mesmos de um envio anterior, lidos do mesmo jeito: emitir de novo não acrescentaria nada. Para cobrar outra vez, cancele antes as cobranças daquele envio.',
  },
  gone: {
    title: 'Esta conferência não existe mais',
    body: 'Uma conferência dura 24 horas, ou até ser descartada. Nada dela foi emitido. Envie o arquivo de novo.',
  },
  refused: {
    advice: 'Diga abaixo qual coluna do arquivo é qual; a escolha fica lembrada para este cabeçalho.',
  },
  waiting: {
    title: 'Conferidos e não emitidos',
    unread: 'Falta dizer as colunas',
    boletos: (count: number, formatted: string, amount: string) =>
      `${formatted} ${plural(count, 'boleto', 'boletos')} · ${amount}`,
    until: (when: string) => `até ${when}`,
    open: 'Conferir',
  },
}
