-- What somebody who knows the shop would write by hand to erase one customer.
delete from page_view where device in (select id from device where customer = :id);
delete from access_log where at < :log and device in (select id from device where customer = :id);
delete from device where customer = :id;
delete from review where customer = :id;
delete from ticket_note where ticket in (select id from ticket where opened_by = :id);
delete from ticket where opened_by = :id;
delete from customer_address where customer = :id;
delete from subscriber where email = :email;
delete from payment where orders in (select id from orders where customer = :id and finished_at < :first);
delete from order_line where orders in (select id from orders where customer = :id and finished_at < :first);
update message set body = '' where sender = :id;
update message set body = regexp_replace(body, :either, '***', 'gi') where body ~* :either;
update ticket_note set body = regexp_replace(body, :either, '***', 'gi') where body ~* :either;
update remark set body = regexp_replace(body, :either, '***', 'gi') where body ~* :either;
update search_entry set words = regexp_replace(words, :either, '***', 'gi') where words ~* :either;
update customer set name = '', nickname = 'gone' || id, phone = '', email = 'gone' || id, id_number = null,
    birth_date = null, note = '' where id = :id;
