/** The words of acts on all that a filter means. */
const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many)

const fileWords = (name: string) => ({
  name: (at: string) => `${name}, ${at}`,
  done: (count: number, formatted: string, amount: string) =>
    `${formatted} ${plural(count, 'cobrança', 'cobranças')} no arquivo, de ${amount}.`,
})

export const jobs = {
  actions: 'Ações em massa',
  title: 'Ações em massa',
  searched: 'Uma busca não vale para ações em massa: abra o pagador, ou use os filtros.',
  takeMade: 'Baixar o arquivo',
  fileKept: (until: string) => `O arquivo fica guardado até ${until}.`,
  fileGone: 'O arquivo já foi apagado: peça de novo.',
  nothing: 'Nada a fazer com estas cobranças.',
  real: 'Os e-mails são reais.',
  leftOut: 'Ficam de fora',
  reason: 'Motivo',
  reasonOptional: 'Motivo (opcional)',
  noReason: 'Sem motivo',
  chooseReason: 'Escolha o motivo',
  typeCount: (count: string) => `Digite ${count} para confirmar`,
  progressLabel: 'Andamento',
  progress: (done: string, total: string) => `${done} de ${total}`,
  stop: 'Parar',
  resume: 'Continuar',
  result: 'Baixar o resultado',
  noLongerMeant: (count: number, formatted: string) =>
    `${formatted} ${plural(count, 'já não estava no filtro', 'já não estavam no filtro')}.`,
  states: { RUNNING: 'Em andamento', STOPPED: 'Parada', FAILED: 'Interrompida por erro', DONE: 'Terminada' },
  acts: {
    RESEND: {
      button: 'Reenviar',
      title: 'Reenviar os e-mails?',
      name: (at: string) => `Reenvio de ${at}`,
      sum: (count: number, formatted: string, amount: string) =>
        `${formatted} ${plural(count, 'e-mail sai', 'e-mails saem')} de novo, de cobranças que somam ${amount}.`,
      confirm: (count: number, formatted: string) => `Reenviar ${formatted} ${plural(count, 'e-mail', 'e-mails')}`,
      done: (count: number, formatted: string, amount: string) =>
        `${formatted} ${plural(count, 'e-mail posto', 'e-mails postos')} para novo envio, de ${amount}.`,
    },
    CANCEL: {
      button: 'Cancelar',
      title: 'Cancelar as cobranças?',
      name: (at: string) => `Cancelamento de ${at}`,
      sum: (count: number, formatted: string, amount: string) =>
        `${formatted} ${plural(count, 'cobrança é cancelada', 'cobranças são canceladas')}, que ${plural(count, 'vale', 'somam')} ${amount}. Não se desfaz.`,
      confirm: (count: number, formatted: string) => `Cancelar ${formatted} ${plural(count, 'cobrança', 'cobranças')}`,
      done: (count: number, formatted: string, amount: string) =>
        `${formatted} ${plural(count, 'cobrança cancelada', 'cobranças canceladas')}, de ${amount}.`,
    },
  },
  files: {
    CSV: fileWords('Exportação em CSV'),
    XLSX: fileWords('Exportação para Excel'),
    ZIP: fileWords('PDFs em zip'),
    SHEET: fileWords('PDF para imprimir'),
    CARNE: fileWords('Carnê para imprimir'),
  },
  reasons: {
    WRONG_VALUES: 'Valores errados',
    PAID_OTHERWISE: 'Pago por outro meio',
    DUPLICATE: 'Cobrança repetida',
    RENEGOTIATED: 'Dívida renegociada',
    REQUESTED: 'A pedido do pagador',
    OTHER: 'Outro motivo',
  },
  outcomes: {
    DONE: (count: number) => plural(count, 'feita', 'feitas'),
    CANCELLED: (count: number) => plural(count, 'já cancelada', 'já canceladas'),
    PAID: (count: number) => plural(count, 'já paga', 'já pagas'),
    ERASED: (count: number) => `de ${plural(count, 'pagador apagado', 'pagadores apagados')}`,
    WAITING: () => 'com o e-mail ainda na fila',
    DELIVERED: () => 'com o e-mail já entregue',
    IN_DOUBT: () => 'sem certeza da entrega: filtre as incertas para reenviar',
    BLOCKED: () => 'com o endereço bloqueado',
    NO_SLIP: () => 'sem boleto: ainda não emitido, ou simulado',
    CHANGED: (count: number) => plural(count, 'mudou depois do início', 'mudaram depois do início'),
    NOT_REACHED: () => 'não alcançadas',
  },
}

/** What may be wrong with such an act, by the API's code: in words, and what to do. */
export const jobProblems: Record<string, [string, string]> = {
  JOB_CHANGED: ['As cobranças mudaram desde a contagem', 'Confira os números novos e confirme de novo.'],
  JOB_EMPTY: ['Não há nada a fazer', 'Nenhuma cobrança do filtro pode receber esta ação agora.'],
  JOB_UNCONFIRMED: ['Falta confirmar a quantidade', 'Digite o número de cobranças que aparece na frase.'],
  JOB_REASON_MISSING: ['Falta o motivo', 'Escolha por que as cobranças são canceladas.'],
  JOB_FORMAT_INVALID: ['Este formato não existe', 'Escolha CSV ou Excel; de boletos, zip ou um PDF.'],
  JOB_HAS_NO_FILE: ['Esta ação não faz arquivo', 'Baixe o resultado dela.'],
  JOB_FILE_NOT_READY: ['O arquivo ainda não está pronto', 'Espere a barra chegar ao fim.'],
  JOB_FILE_GONE: ['O arquivo já foi apagado', 'Ele fica guardado por 24 horas: peça de novo.'],
  JOB_SEARCH: ['Uma busca não vale para ações em massa', 'Abra o pagador, ou use os filtros da lista.'],
  JOB_TOO_LARGE: ['São cobranças demais para uma ação', 'Escolha menos de uma vez: por arquivo ou por vencimento.'],
  JOBS_TOO_MANY: ['Há ações demais em andamento', 'Espere uma terminar, ou pare uma delas.'],
}
