# The child runner: walks the rows of a child's script. Linux, x86-64.
#
#   long child_runner(struct row *rows, struct report *report)
#
#   struct row    { int number; int kind; long argument[6]; long tolerated; };   64 bytes
#   struct report { struct row *row; long errno; };
#
# kind 0, CALL:   a system call. When it fails: if bit (errno mod 64) of `tolerated` is set the walk goes on; else
#                 row and errno are put into the report and the process ends with 127.
# kind 1, FORK:   clone. The new process (0) goes on with the row after the next; the old one keeps the result, be it a
#                 pid or -errno, and goes on with the next.
# kind 2, RETURN: a system call, after which the routine returns what FORK gave.
# kind 3, CHECK:  no system call: (the 32 bits at argument[0] & argument[1]) must be argument[2], or the row fails with
#                 argument[3], a negative errno as the kernel gives it.
#
# After FORK both processes are on one stack: the new one must not touch it, and nothing below `next` but `back` does.
# Position-independent; the bytes are also in NativeRoutines.java, and a test compares them.

        .text
        .globl  child_runner
        .type   child_runner, @function
child_runner:
        push    %rbx
        push    %rbp
        push    %r12
        mov     %rdi, %rbx              # the row
        mov     %rsi, %rbp              # the report
next:   cmpl    $3, 4(%rbx)
        je      check
        mov     (%rbx), %eax
        mov     8(%rbx), %rdi
        mov     16(%rbx), %rsi
        mov     24(%rbx), %rdx
        mov     32(%rbx), %r10
        mov     40(%rbx), %r8
        mov     48(%rbx), %r9
        syscall
        cmpl    $1, 4(%rbx)
        je      forked
        cmpl    $2, 4(%rbx)
        je      back
        cmp     $-4096, %rax            # -4095 to -1 are errors
        ja      failed
step:   add     $64, %rbx
        jmp     next
forked: test    %rax, %rax
        jnz     parent
        sub     $-128, %rbx
        jmp     next
parent: mov     %rax, %r12
        jmp     step
back:   mov     %r12, %rax
        pop     %r12
        pop     %rbp
        pop     %rbx
        ret
check:  mov     8(%rbx), %rdi
        mov     (%rdi), %edi
        and     16(%rbx), %edi
        cmp     24(%rbx), %edi
        je      step
        mov     32(%rbx), %rax
failed: neg     %rax
        mov     56(%rbx), %rcx
        bt      %rax, %rcx
        jc      step
        mov     %rbx, (%rbp)
        mov     %rax, 8(%rbp)
        mov     $127, %edi
        mov     $231, %eax              # exit_group
        syscall
        hlt                             # not reached
        .size   child_runner, . - child_runner
        .section .note.GNU-stack, "", @progbits
