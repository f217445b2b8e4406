/** What went wrong, by the API's code: in words, and what to do. */

type Words = { title: string; advice: string }

/** What is wrong in the installation's settings, which nobody at the page can mend. */
const setUpProblems = (codes: string[]): Record<string, Words> =>
  Object.fromEntries(
    codes.map((code) => [
      code,
      {
        title: 'A instalação está configurada errada',
        advice: 'Quem cuida dela precisa corrigir os dados do beneficiário ou do banco.',
      },
    ]),
  )

export const problems = {
  code: 'Código para o suporte:',
  stale: 'Abaixo estão os últimos dados recebidos.',
  unknown: {
    title: 'O pedido não foi aceito',
    advice: 'Tente de novo. Se continuar, procure o suporte com o código abaixo.',
  },
  byCode: {
    NETWORK: {
      title: 'Sem contato com o servidor',
      advice: 'Confira se a rede funciona e se o servidor da Cobrança está ligado; depois tente de novo.',
    },
    INTERRUPTED: {
      title: 'O envio foi interrompido',
      advice: 'A conexão caiu antes do fim. Envie o mesmo arquivo de novo: nada se repete.',
    },
    ANSWER_INVALID: {
      title: 'Resposta inesperada',
      advice: 'O endereço da API pode estar errado. Confira a configuração e recarregue a página.',
    },
    UNAUTHORIZED: {
      title: 'Acesso negado',
      advice: 'Informe a chave da API e tente de novo.',
    },
    NOT_FOUND: {
      title: 'Não encontrado',
      advice: 'O item pode ter sido removido. Volte à lista e atualize.',
    },
    CSV_INVALID: {
      title: 'O arquivo não é um CSV válido',
      advice: 'Salve a planilha como CSV (UTF-8 ou Windows-1252) e envie de novo.',
    },
    NO_HEADER: {
      title: 'Falta o cabeçalho',
      advice: 'A primeira linha deve trazer os nomes das colunas: nome, CPF/CNPJ, e-mail, valor, vencimento e código da dívida.',
    },
    MISSING_COLUMNS: {
      title: 'Faltam colunas',
      advice: 'Acrescente as colunas que faltam à primeira linha e envie de novo.',
    },
    NO_ROWS: {
      title: 'O arquivo só tem o cabeçalho',
      advice: 'Confira se a planilha foi exportada por inteiro e envie de novo.',
    },
    UPLOAD_TOO_LARGE: {
      title: 'Arquivo grande demais',
      advice: 'Divida-o em partes menores e envie uma por vez.',
    },
    STORAGE_FULL: {
      title: 'Falta espaço no servidor',
      advice: 'Nada foi gravado. Libere espaço em disco e envie de novo.',
    },
    UPLOADS_BUSY: {
      title: 'O servidor está recebendo muitos arquivos',
      advice: 'Nada foi gravado. Espere alguns segundos e envie de novo.',
    },
    CALLS_BUSY: {
      title: 'O servidor está muito ocupado',
      advice: 'Espere alguns segundos e tente de novo. O que já foi gravado está a salvo.',
    },
    UPLOAD_CUT_OFF: {
      title: 'O envio parou no meio',
      advice: 'Nada foi gravado. Verifique a conexão e envie de novo.',
    },
    MEDIA_TYPE_INVALID: {
      title: 'Tipo de arquivo não aceito',
      advice: 'Envie um arquivo CSV (texto), não uma planilha .xlsx ou um .zip.',
    },
    FIELD_INVALID: {
      title: 'Um dos valores não foi aceito',
      advice: 'Confira a busca e os filtros.',
    },
    EMPTY_FILE: {
      title: 'O arquivo está vazio',
      advice: 'Confira se a planilha foi salva com os dados e envie de novo.',
    },
    NOT_TEXT: {
      title: 'O arquivo não é um CSV',
      advice: 'Abra-o na planilha, use “Salvar como” com o tipo CSV e envie o arquivo novo.',
    },
    DUPLICATE_COLUMN: {
      title: 'Uma coluna aparece duas vezes',
      advice: 'Deixe só uma delas na primeira linha e envie de novo.',
    },
    FILE_MISSING: {
      title: 'Nenhum arquivo chegou',
      advice: 'Escolha o arquivo de novo e envie-o.',
    },
    MULTIPART_INVALID: {
      title: 'O envio chegou quebrado',
      advice: 'Nada foi gravado. Envie o arquivo de novo.',
    },
    INPUT_INVALID: {
      title: 'Um dos valores não foi aceito',
      advice: 'Confira o que foi digitado e tente de novo.',
    },
    PDF_NOT_FOUND: {
      title: 'Não há PDF desta cobrança',
      advice: 'O boleto ainda não foi emitido, ou o envio foi simulado.',
    },
    MAIL_NOT_FOUND: {
      title: 'Este e-mail não está guardado aqui',
      advice: 'Só os da caixa de saída local podem ser abertos; o que foi a um servidor ou simulado não fica aqui.',
    },
    CONFLICT: {
      title: 'Agora não é possível',
      advice: 'O envio já terminou ou mudou de situação. Atualize a página e confira.',
    },
    SMTP_NOT_CONFIGURED: {
      title: 'O servidor de e-mail não está configurado',
      advice: 'Quem cuida da instalação precisa informar o servidor SMTP.',
    },
    OUR_NUMBERS_EXHAUSTED: {
      title: 'A faixa de nosso número acabou',
      advice: 'Peça uma faixa nova ao banco e informe-a na configuração; depois retome o envio.',
    },
    ...setUpProblems([
      'PERMANENT', 'FIELD_MISSING', 'FIELD_UNKNOWN', 'FIELD_LENGTH', 'FIELD_NOT_DIGITS', 'FIELD_NOT_ALLOWED',
    ]),
    HOST_REFUSED: {
      title: 'Endereço não aceito',
      advice: 'Abra a Cobrança por 127.0.0.1 ou localhost, ou defina uma chave da API.',
    },
    ORIGIN_REFUSED: {
      title: 'Esta página não pode fazer mudanças aqui',
      advice: 'Abra a página pelo endereço da instalação. Quem cuida dela pode aceitar outros endereços.',
    },
    METHOD_NOT_ALLOWED: {
      title: 'A página e o servidor não combinam',
      advice: 'Recarregue a página: o servidor pode ter sido atualizado.',
    },
    HTTP_ERROR: {
      title: 'A página e o servidor não combinam',
      advice: 'Recarregue a página: o servidor pode ter sido atualizado.',
    },
    STALE_FENCE: {
      title: 'Outro processo assumiu este trabalho',
      advice: 'Atualize a página e confira.',
    },
    UNAVAILABLE: {
      title: 'O banco de dados não responde',
      advice: 'Espere alguns segundos e tente de novo. O que já foi gravado está a salvo.',
    },
    STREAMS_BUSY: {
      title: 'Há páginas demais abertas',
      advice: 'Esta consulta o servidor a cada poucos segundos até haver lugar.',
    },
    DOWNLOADS_BUSY: {
      title: 'Há downloads demais ao mesmo tempo',
      advice: 'Espere alguns segundos e baixe de novo.',
    },
    ERROR: {
      title: 'O servidor falhou',
      advice: 'Tente de novo. Se continuar, procure o suporte com o código abaixo e a hora.',
    },
    SERVER: {
      title: 'O servidor falhou',
      advice: 'Espere um momento e tente de novo. O que já foi gravado está a salvo.',
    },
  } as Partial<Record<string, Words>>,
}
